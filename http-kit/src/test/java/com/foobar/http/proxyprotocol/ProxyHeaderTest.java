package com.foobar.http.proxyprotocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyHeaderTest {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

    @ParameterizedTest
    @CsvSource({
        "198.51.100.7, 203.0.113.9",
        "2001:db8::7, 2001:db8::9",
        "0.0.0.0, 255.255.255.255",
    })
    void readsWhatItWrites(String remote, String local) throws Exception {
        ProxyHeader header = new ProxyHeader(new InetSocketAddress(remote, 65_535), new InetSocketAddress(local, 1));
        for (boolean binary : new boolean[] {false, true}) {
            ByteBuf bytes = Unpooled.buffer();
            if (binary) {
                header.writeBinary(bytes);
            } else {
                header.writeText(bytes);
            }
            int length = bytes.readableBytes();
            bytes.writeByte('x');

            for (int part = 0; part < length; part++) {
                ByteBuf some = bytes.slice(0, part);
                assertThat(ProxyHeader.read(some))
                        .as("%d of %d bytes", part, length)
                        .isNull();
                assertThat(some.readerIndex()).isZero();
            }
            assertThat(ProxyHeader.read(bytes)).isEqualTo(header);
            assertThat(bytes.toString(StandardCharsets.US_ASCII)).isEqualTo("x");
        }
    }

    @Test
    void tellsNoAddressesWhereTheFamiliesDiffer() throws Exception {
        ProxyHeader header =
                new ProxyHeader(new InetSocketAddress("198.51.100.7", 1), new InetSocketAddress("2001:db8::9", 2));
        ByteBuf text = Unpooled.buffer();
        header.writeText(text);
        ByteBuf binary = Unpooled.buffer();
        header.writeBinary(binary);

        assertThat(ProxyHeader.read(text)).isEqualTo(new ProxyHeader(null, null));
        assertThat(ProxyHeader.read(binary)).isEqualTo(new ProxyHeader(null, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "G",
                "PROXI",
                "PROXY  TCP4 1.2.3.4 1.2.3.4 1 1\r\n",
                "PROXY TCP4 1.2.3.4 1.2.3.4 1 1 \r\n",
                "PROXY TCP4 1.2.3 1.2.3.4 1 1\r\n",
                "PROXY TCP4 1.2.3.4 1.2.3.4 01 1\r\n",
                "PROXY TCP4 1.2.3.4 1.2.3.4 +1 1\r\n",
                "PROXY TCP4 1.2.3.4 1.2.3.4  1\r\n",
                "PROXY TCP4 ::1 ::1 1 1\r\n",
                "PROXY TCP6 1.2.3.4 1.2.3.4 1 1\r\n",
                "PROXY TCP6 ::1%lo ::1 1 1\r\n",
                "PROXY TCP6 [::1] ::1 1 1\r\n",
                "PROXY UNKNOWNX\r\n",
                "PROXY \r\n",
                "PROXY TCP4 1.2.3.4 1.2.3.4 1 1\n",
            })
    void refusesTheLine(String line) {
        assertThatThrownBy(() -> ProxyHeader.read(Unpooled.copiedBuffer(line, StandardCharsets.US_ASCII)))
                .isInstanceOf(ProxyHeader.Malformed.class);
    }

    @Test
    void refusesALineWithoutEndAsSoonAsItIsTooLong() throws Exception {
        assertThat(ProxyHeader.read(
                        Unpooled.copiedBuffer("PROXY UNKNOWN " + "x".repeat(92), StandardCharsets.US_ASCII)))
                .isNull();
        assertThatThrownBy(() -> ProxyHeader.read(
                        Unpooled.copiedBuffer("PROXY UNKNOWN " + "x".repeat(93), StandardCharsets.US_ASCII)))
                .isInstanceOf(ProxyHeader.Malformed.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "11110000", // version 1 in the binary form
                "22110000", // command 2
                "2111000b", // shorter than its addresses
                "21210023",
                "21111001", // longer than we take
            })
    void refusesTheBinaryHeader(String rest) {
        assertThatThrownBy(() ->
                        ProxyHeader.read(Unpooled.wrappedBuffer(HexFormat.of().parseHex(SIGNATURE + rest))))
                .isInstanceOf(ProxyHeader.Malformed.class);
    }

    @Test
    void readsAnythingOrRefusesIt() {
        Random random = new Random(42);
        byte[][] beginnings = {
            {},
            "PROXY TCP4 ".getBytes(StandardCharsets.US_ASCII),
            HexFormat.of().parseHex(SIGNATURE)
        };
        for (int i = 0; i < 100_000; i++) {
            byte[] beginning = beginnings[i % beginnings.length];
            byte[] bytes = new byte[beginning.length + random.nextInt(60)];
            random.nextBytes(bytes);
            System.arraycopy(beginning, 0, bytes, 0, beginning.length);
            ByteBuf in = Unpooled.wrappedBuffer(bytes);
            try {
                ProxyHeader header = ProxyHeader.read(in);
                assertThat(in.readerIndex() > 0).isEqualTo(header != null);
            } catch (ProxyHeader.Malformed refused) {
                assertThat(in.readerIndex()).isZero();
            }
        }
    }
}
