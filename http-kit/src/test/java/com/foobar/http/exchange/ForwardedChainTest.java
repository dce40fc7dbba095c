package com.foobar.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.http.message.Fields;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rightmost address that is no trusted proxy's; here those of 10.0.0.0/8 and fd00::/8 are. */
class ForwardedChainTest {
    private static boolean trusted(InetAddress address) {
        String text = ForwardedChain.text(address);
        return text.startsWith("10.") || text.startsWith("fd00:");
    }

    private static String read(Fields fields) {
        ForwardedChain chain = ForwardedChain.read(fields, ForwardedChainTest::trusted);
        return chain == null
                ? "none"
                : String.join(
                        " ",
                        chain.addresses().stream().map(ForwardedChain::text).toList());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "192.0.2.1                              | 192.0.2.1",
                "192.0.2.1, 10.0.0.1                    | 192.0.2.1 10.0.0.1",
                "1.1.1.1, 192.0.2.1,10.0.0.1 , 10.0.0.2 | 192.0.2.1 10.0.0.1 10.0.0.2",
                "10.0.0.1, 10.0.0.2                     | 10.0.0.1 10.0.0.2",
                "192.0.2.1:4711                         | 192.0.2.1",
                "[2001:db8::1]:4711                     | 2001:db8:0:0:0:0:0:1",
                "[2001:db8::1]                          | 2001:db8:0:0:0:0:0:1",
                "2001:db8::1                            | 2001:db8:0:0:0:0:0:1",
                "192.0.2.1, unknown, 10.0.0.1           | 10.0.0.1",
                "192.0.2.1, , 10.0.0.1                  | 10.0.0.1",
                "unknown                                | none",
                "192.0.2.256                            | none",
                "192.0.2.1:x                            | none",
                "192.0.2.1:                             | none",
                "192.0.2.1:123456                       | none",
                "localhost                              | none",
                "2001:db8::1%eth0                       | none",
                "''                                     | none",
            })
    void readsXForwardedFor(String value, String expected) {
        assertThat(read(Fields.none().add("X-Forwarded-For", value))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "for=192.0.2.1                                       | 192.0.2.1",
                "For=192.0.2.1;proto=http, for=10.0.0.1              | 192.0.2.1 10.0.0.1",
                "proto=http;for=\"[2001:db8::1]:4711\"               | 2001:db8:0:0:0:0:0:1",
                "for=192.0.2.1, for=_hidden                          | none",
                "for=192.0.2.1, proto=http                           | none",
                "for=\"                                              | none",
            })
    void readsForwarded(String value, String expected) {
        assertThat(read(Fields.none().add("Forwarded", value))).isEqualTo(expected);
    }

    @Test
    void readsSeveralFieldsInTheirOrder() {
        assertThat(read(Fields.none()
                        .add("X-Forwarded-For", "1.1.1.1, 192.0.2.1")
                        .add("x-forwarded-for", "10.0.0.1")
                        .add("Forwarded", "for=6.6.6.6")))
                .isEqualTo("192.0.2.1 10.0.0.1");
    }

    @Test
    void followsNoEndlessChain() {
        String chain = "192.0.2.1" + ", 10.0.0.1".repeat(100);
        assertThat(read(Fields.none().add("X-Forwarded-For", chain)).split(" ")).hasSize(16);
    }
}
