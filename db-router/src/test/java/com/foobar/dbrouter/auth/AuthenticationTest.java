package com.foobar.dbrouter.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.dbrouter.auth.ClientAuthentication.Outcome;
import com.foobar.dbrouter.protocol.HandshakeV10;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthenticationTest {
    private static final byte[] NONCE = "0123456789abcdefghij".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PASSWORD = "secret".getBytes(StandardCharsets.US_ASCII);
    private static final Users USERS = new Users(List.of(
            User.withPassword("app", PASSWORD, UserLimits.NONE),
            User.withPassword("open", new byte[0], UserLimits.NONE)));

    @Test
    void scramblesAsOtherImplementationsDo() {
        // Computed with Python's hashlib from the formulas of the MySQL manual.
        assertThat(ByteBufUtil.hexDump(NativePassword.scramble(PASSWORD, NONCE)))
                .isEqualTo("f5cac3f3b3df2133feb57db682c71e6ed433a988");
        assertThat(ByteBufUtil.hexDump(CachingSha2Password.scramble(PASSWORD, NONCE)))
                .isEqualTo("7e4adda2f2d5ef09b4147518becb0cee2939376203650a8c2bb2815959364bd0");
        assertThat(NativePassword.scramble(new byte[0], NONCE)).isEmpty();
        assertThat(CachingSha2Password.scramble(new byte[0], NONCE)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {NativePassword.PLUGIN, CachingSha2Password.PLUGIN})
    void acceptsTheRightPasswordByEitherMethod(String plugin) {
        ClientAuthentication check = new ClientAuthentication(USERS, CachingSha2Password.PLUGIN, NONCE, false, null);
        assertThat(check.begin("app", plugin, scramble(plugin, PASSWORD, NONCE)))
                .isEqualTo(Outcome.ACCEPTED);
        if (plugin.equals(CachingSha2Password.PLUGIN)) {
            assertThat(check.toSend()).containsExactly(1, 3);
        } else {
            assertThat(check.toSend()).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {NativePassword.PLUGIN, CachingSha2Password.PLUGIN})
    void deniesEverythingElse(String plugin) {
        byte[] right = scramble(plugin, PASSWORD, NONCE);
        byte[] flipped = right.clone();
        flipped[0] ^= 1;
        byte[] otherNonce = scramble(plugin, PASSWORD, new byte[20]);
        for (byte[] response : new byte[][] {flipped, otherNonce}) {
            assertThat(check().begin("app", plugin, response)).isEqualTo(Outcome.DENIED);
        }
        for (byte[] response : new byte[][] {Arrays.copyOf(right, 5), new byte[200]}) {
            ClientAuthentication check = check();
            assertThat(check.begin("app", plugin, response)).isEqualTo(Outcome.MORE);
            assertThat(check.answer(response)).isEqualTo(Outcome.DENIED);
        }
        assertThat(check().begin("nobody", plugin, right)).isEqualTo(Outcome.DENIED);
        assertThat(check().begin("open", plugin, right)).isEqualTo(Outcome.DENIED);
    }

    @Test
    void acceptsAnEmptyPasswordOfAUserWithoutOne() {
        assertThat(check().begin("open", CachingSha2Password.PLUGIN, new byte[0]))
                .isEqualTo(Outcome.ACCEPTED);
        assertThat(check().begin("open", NativePassword.PLUGIN, new byte[0])).isEqualTo(Outcome.ACCEPTED);
    }

    @Test
    void asksOnceForAnotherMethod() {
        ClientAuthentication check = check();
        assertThat(check.begin("app", "dialog", new byte[7])).isEqualTo(Outcome.MORE);
        byte[] request = check.toSend();
        assertThat(request).isNotNull();
        assertThat(new String(request, StandardCharsets.ISO_8859_1))
                .isEqualTo("\u00fecaching_sha2_password\0" + new String(NONCE, StandardCharsets.US_ASCII) + "\0");
        assertThat(check.answer(scramble(CachingSha2Password.PLUGIN, PASSWORD, NONCE)))
                .isEqualTo(Outcome.ACCEPTED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"app", "nobody"})
    void asksAClientThatHasSentNothingYetWhetherOrNotTheUserExists(String user) {
        ClientAuthentication check = check();
        assertThat(check.begin(user, NativePassword.PLUGIN, new byte[0])).isEqualTo(Outcome.MORE);
        assertThat(check.answer(new byte[0])).isEqualTo(Outcome.DENIED);
    }

    @Test
    void asksAClientWithoutTheOfferedMethodForTheOtherOne() {
        ClientAuthentication check = check();
        assertThat(check.begin("app", CachingSha2Password.PLUGIN, new byte[0])).isEqualTo(Outcome.MORE);
        assertThat(new String(check.toSend(), StandardCharsets.ISO_8859_1)).contains(NativePassword.PLUGIN);
        assertThat(check.answer(NativePassword.scramble(PASSWORD, NONCE))).isEqualTo(Outcome.ACCEPTED);
    }

    @Test
    void makesNoncesWithoutZerosAndDollars() {
        for (int i = 0; i < 1000; i++) {
            byte[] nonce = ClientAuthentication.makeNonce();
            assertThat(nonce).hasSize(20).doesNotContain((byte) 0, (byte) '$');
        }
    }

    @Test
    void provesTheCertificateByThePasswordOnlyWhereThatStaysSecret() {
        byte[] certificate = {1, 2, 3};
        ClientAuthentication nativeLogin = check();
        assertThat(nativeLogin.begin("app", NativePassword.PLUGIN, NativePassword.scramble(PASSWORD, NONCE)))
                .isEqualTo(Outcome.ACCEPTED);
        // Computed with Python's hashlib: 01, and sha256(sha1(sha1(password)), nonce, sha256(certificate)).
        assertThat(new String(nativeLogin.proofFor(certificate), StandardCharsets.US_ASCII))
                .isEqualTo("\1D0B81CEF89B10899E96A82E3CDED46F194E92D01E96C73789E939184A37C78E0");
        ClientAuthentication sha2 = check();
        assertThat(sha2.begin("app", CachingSha2Password.PLUGIN, CachingSha2Password.scramble(PASSWORD, NONCE)))
                .isEqualTo(Outcome.ACCEPTED);
        assertThat(sha2.proofFor(certificate)).isEmpty();
        ClientAuthentication open = check();
        assertThat(open.begin("open", NativePassword.PLUGIN, new byte[0])).isEqualTo(Outcome.ACCEPTED);
        assertThat(open.proofFor(certificate)).isEmpty();
    }

    @Test
    void provesItsPasswordToAServerByTheFullWay() throws Exception {
        KeyPair keys = RsaPassword.makeKeys();
        ServerAuthentication proof = new ServerAuthentication(ServerCredential.ofPassword(PASSWORD));
        byte[] first = proof.begin(new HandshakeV10("9.7.0", 1, NONCE, -1, 255, 2, CachingSha2Password.PLUGIN), false);
        assertThat(first).isEqualTo(CachingSha2Password.scramble(PASSWORD, NONCE));
        assertThat(proof.answer(Unpooled.wrappedBuffer(new byte[] {1, 4}))).containsExactly(2);
        byte[] pem = RsaPassword.pem(keys.getPublic());
        byte[] encrypted = proof.answer(Unpooled.wrappedBuffer(new byte[] {1}, pem));
        assertThat(encrypted).isNotNull();
        assertThat(RsaPassword.decrypt(encrypted, NONCE, keys.getPrivate())).isEqualTo(PASSWORD);
        assertThat(proof.answer(Unpooled.wrappedBuffer(new byte[] {0, 0, 0, 2, 0, 0, 0})))
                .isNull();
        assertThat(proof.done()).isTrue();
    }

    @Test
    void provesItsPasswordToAServerByTlsWhereThereIs() {
        ServerAuthentication proof = new ServerAuthentication(ServerCredential.ofPassword(PASSWORD));
        byte[] first = proof.begin(new HandshakeV10("9.7.0", 1, NONCE, -1, 255, 2, CachingSha2Password.PLUGIN), true);
        assertThat(first).hasSize(32);
        assertThat(proof.answer(Unpooled.wrappedBuffer(new byte[] {1, 4})))
                .isEqualTo("secret\0".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void provesWithTheDigestOfAPasswordWhatCanBeProvedWithIt() {
        ServerAuthentication proof = new ServerAuthentication(ServerCredential.ofSha1(NativePassword.stage1(PASSWORD)));
        byte[] first = proof.begin(new HandshakeV10("9.7.0", 1, NONCE, -1, 255, 2, CachingSha2Password.PLUGIN), true);
        assertThat(proof.plugin()).isEqualTo(NativePassword.PLUGIN);
        assertThat(first).isEqualTo(NativePassword.scramble(PASSWORD, NONCE));
        assertThat(proof.answer(Unpooled.wrappedBuffer(
                        new byte[] {(byte) 0xfe},
                        (CachingSha2Password.PLUGIN + '\0').getBytes(StandardCharsets.US_ASCII),
                        NONCE,
                        new byte[1])))
                .isNull();
        assertThat(proof.error()).isNotNull();
        assertThat(proof.error().message()).contains("a verifier of mysql_native_password only");
    }

    @Test
    void followsAServerThatAsksForTheOtherMethod() {
        ServerAuthentication proof = new ServerAuthentication(ServerCredential.ofPassword(PASSWORD));
        byte[] ignored = proof.begin(new HandshakeV10("9.7.0", 1, NONCE, -1, 255, 2, "unknown_plugin"), false);
        assertThat(ignored).hasSize(20);
        byte[] other = "jihgfedcba9876543210".getBytes(StandardCharsets.US_ASCII);
        byte[] answer = proof.answer(Unpooled.wrappedBuffer(
                new byte[] {(byte) 0xfe},
                (CachingSha2Password.PLUGIN + '\0').getBytes(StandardCharsets.US_ASCII),
                other,
                new byte[1]));
        assertThat(answer).isEqualTo(CachingSha2Password.scramble(PASSWORD, other));
        assertThat(proof.answer(Unpooled.wrappedBuffer(new byte[] {1, 3}))).isNull();
        assertThat(proof.done()).isFalse();
    }

    @Test
    void saysWhichMethodItLacks() {
        ServerAuthentication proof = new ServerAuthentication(ServerCredential.ofPassword(PASSWORD));
        byte[] ignored = proof.begin(new HandshakeV10("9.7.0", 1, NONCE, -1, 255, 2, NativePassword.PLUGIN), false);
        assertThat(ignored).hasSize(20);
        assertThat(proof.answer(Unpooled.wrappedBuffer("\u00feed25519\0".getBytes(StandardCharsets.ISO_8859_1), NONCE)))
                .isNull();
        assertThat(proof.error()).isNotNull();
        assertThat(proof.error().message()).contains("ed25519");
    }

    @Test
    void neverPrintsPasswords() {
        assertThat(USERS.toString()).doesNotContain("secret");
    }

    private static ClientAuthentication check() {
        return new ClientAuthentication(USERS, CachingSha2Password.PLUGIN, NONCE, false, null);
    }

    private static byte[] scramble(String plugin, byte[] password, byte[] nonce) {
        return plugin.equals(NativePassword.PLUGIN)
                ? NativePassword.scramble(password, nonce)
                : CachingSha2Password.scramble(password, nonce);
    }
}
