package com.foobar.dbrouter.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.foobar.dbrouter.protocol.HandshakeV10;
import com.foobar.dbrouter.protocol.MalformedPacketException;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** Whatever a server says to a login is understood or refused, and never moves the router to show the password in clear. */
class ServerAuthenticationFuzzTest {
    private static final String PASSWORD = "a password to be kept";

    @FuzzTest(maxDuration = "15s")
    void answers(FuzzedDataProvider data) {
        boolean tls = data.consumeBoolean();
        String plugin = data.consumeBoolean() ? CachingSha2Password.PLUGIN : NativePassword.PLUGIN;
        ServerAuthentication login =
                new ServerAuthentication(ServerCredential.ofPassword(PASSWORD.getBytes(StandardCharsets.US_ASCII)));
        login.begin(new HandshakeV10("11.4", 1, new byte[HandshakeV10.NONCE_LENGTH], 0, 45, 0, plugin), tls);
        try {
            while (data.remainingBytes() > 0 && !login.done() && login.error() == null) {
                byte[] reply = login.answer(Unpooled.wrappedBuffer(data.consumeBytes(data.consumeInt(0, 600))));
                if (reply != null && !tls) {
                    assertThat(new String(reply, StandardCharsets.ISO_8859_1)).doesNotContain(PASSWORD);
                }
            }
        } catch (MalformedPacketException refused) {
            assertThat(refused).hasMessageNotContaining(PASSWORD);
        }
    }
}
