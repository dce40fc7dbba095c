package com.foobar.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.foobar.http.message.FieldName;
import com.foobar.http.message.Fields;
import java.net.InetAddress;

/** Whatever X-Forwarded-For and Forwarded say, only the last of the chain that is no trusted proxy is believed, and all of it can be written and read again. */
class ForwardedChainFuzzTest {
    @FuzzTest(maxDuration = "15s")
    void chain(FuzzedDataProvider data) {
        boolean forwarded = data.consumeBoolean();
        int trusted = data.consumeByte();
        Fields fields = Fields.none()
                .add(forwarded ? FieldName.FORWARDED : FieldName.X_FORWARDED_FOR, data.consumeRemainingAsString());
        ForwardedChain chain = ForwardedChain.read(fields, address -> address.getAddress()[0] == trusted);
        if (chain == null) {
            return;
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < chain.addresses().size(); i++) {
            InetAddress address = chain.addresses().get(i);
            if (i > 0) {
                assertThat(address.getAddress()[0]).isEqualTo((byte) trusted);
                text.append(", ");
            }
            text.append(ForwardedChain.text(address));
        }
        Fields again = Fields.none().add(FieldName.X_FORWARDED_FOR, text);
        assertThat(ForwardedChain.read(again, address -> address.getAddress()[0] == trusted))
                .isEqualTo(chain);
    }
}
