package com.foobar.dbrouter.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.foobar.dbrouter.auth.ClientAuthentication.Outcome;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VerifierTest {
    private static final byte[] NONCE = "0123456789abcdefghij".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PASSWORD = bytes("hashcat");
    private static final byte[] WRONG = bytes("wrong");

    /** From the list of example hashes of hashcat, mode 7401: of a MySQL server, password "hashcat". */
    private static final String SHA2 = "0x" + ByteBufUtil.hexDump(bytes("$A$005$"))
            + "F9CC98CE08892924F50A213B6BC571A2C11778C5"
            + "625479393559393965414D45316477456B484F41316E64484742577A2E3162785353526B7554584647562F";

    /** {@code SELECT PASSWORD('hashcat')} of MariaDB. */
    private static final String NATIVE = "*FCF7C1B8749CF99D88E5F34271D636178FB5D130";

    private static final RsaKeys KEYS = new RsaKeys(RsaPassword.makeKeys());

    @Test
    void tellsTheRightPasswordFromAWrongOne() {
        for (String form : List.of(SHA2, NATIVE, NATIVE.toLowerCase(java.util.Locale.ROOT))) {
            Verifier verifier = Verifier.parse(form);
            assertThat(verifier.matches(PASSWORD)).isTrue();
            assertThat(verifier.matches(WRONG)).isFalse();
            assertThat(verifier.matches(new byte[0])).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "secret, r6nzC5LUC0uVXFw52gWstJ181ms.XFW71j20yui2zG7",
        "'a much longer password than thirty-two bytes, to be sure', I0peOBnWPXQxHAreCoR3U9oWhqqPeSmbfrxWXzjYXe/",
        "'', Zn36wCiXtVKLQsl4EZaBU/Ag5FUHHzFRXevhCLkg7x/",
    })
    void computesCryptAsGlibcDoes(String password, String expected) {
        assertThat(Sha256Crypt.encode(bytes(password), bytes("0123456789abcdef"), 5000))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "secret",
                "*FCF7C1B8749CF99D88E5F34271D636178FB5D13",
                "*FCF7C1B8749CF99D88E5F34271D636178FB5D13G",
                "$A$005$01234567890123456789",
                "$A$000$01234567890123456789r6nzC5LUC0uVXFw52gWstJ181ms.XFW71j20yui2zG7",
                "$A$005$01234567890123456789r6nzC5LUC0uVXFw52gWstJ181ms.XFW71j20yui2zG!",
                "0x2A",
                "0x2",
                "0xzz",
            })
    void refusesWhatIsNoVerifierAndShowsNothingOfIt(String text) {
        assertThatThrownBy(() -> Verifier.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .satisfies(e -> assertThat(e.getMessage().contains("FCF7")
                                || e.getMessage().contains("0123"))
                        .isFalse());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void learnsThePasswordByTheFullWayAndTakesTheFastOneAfterwards(boolean tls) throws Exception {
        User user = User.withVerifier("app", Verifier.parse(SHA2), UserLimits.NONE);
        assertThat(user.credential()).isNull();
        assertThat(full(user, WRONG, tls)).isEqualTo(Outcome.DENIED);
        assertThat(user.credential()).isNull();
        assertThat(full(user, PASSWORD, tls)).isEqualTo(Outcome.ACCEPTED);
        assertThat(user.credential()).isNotNull();
        assertThat(user.credential().password()).isEqualTo(PASSWORD);

        ClientAuthentication again = check(user, tls);
        assertThat(again.begin("app", CachingSha2Password.PLUGIN, CachingSha2Password.scramble(PASSWORD, NONCE)))
                .isEqualTo(Outcome.ACCEPTED);
        assertThat(again.toSend()).containsExactly(1, 3);
        assertThat(check(user, tls).begin("app", NativePassword.PLUGIN, NativePassword.scramble(PASSWORD, NONCE)))
                .isEqualTo(Outcome.ACCEPTED);
        assertThat(full(user, WRONG, tls)).isEqualTo(Outcome.DENIED);
    }

    /** Or the names that exist could be told by what is asked. */
    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void asksTheSameOfWhomItKnowsOfWhomItDoesNotKnowYetAndOfNobody(boolean sha2, boolean tls) {
        String form = sha2 ? SHA2 : NATIVE;
        User unknown = User.withVerifier("app", Verifier.parse(form), UserLimits.NONE);
        User known = User.withVerifier("app", Verifier.parse(form), UserLimits.NONE);
        assertThat(known.check(PASSWORD)).isTrue();
        for (String plugin : List.of(NativePassword.PLUGIN, CachingSha2Password.PLUGIN, "other")) {
            for (byte[] response : List.of(new byte[20], new byte[32], new byte[1], new byte[0], new byte[7])) {
                List<String> asked = questions(unknown, "app", tls, plugin, response);
                assertThat(questions(known, "app", tls, plugin, response)).isEqualTo(asked);
                assertThat(questions(unknown, "nobody", tls, plugin, response)).isEqualTo(asked);
                assertThat(questions(known, "nobody", tls, plugin, response)).isEqualTo(asked);
            }
        }
    }

    /** What a client is asked that gives nothing but wrong answers. */
    private static List<String> questions(User user, String name, boolean tls, String plugin, byte[] response) {
        List<String> asked = new ArrayList<>();
        ClientAuthentication check = check(user, tls);
        Outcome outcome = check.begin(name, plugin, response);
        while (outcome == Outcome.MORE || outcome == Outcome.COMPUTING) {
            byte[] question = check.toSend();
            asked.add(outcome + " " + (question == null ? "" : ByteBufUtil.hexDump(question)));
            outcome = outcome == Outcome.MORE ? check.answer(new byte[32]) : check.computed(check.compute());
        }
        asked.add(outcome.name());
        return asked;
    }

    private static Outcome full(User user, byte[] password, boolean tls) throws Exception {
        ClientAuthentication check = check(user, tls);
        assertThat(check.begin("app", CachingSha2Password.PLUGIN, CachingSha2Password.scramble(password, NONCE)))
                .isEqualTo(Outcome.MORE);
        assertThat(check.toSend()).containsExactly(1, 4);
        if (tls) {
            assertThat(check.answer(java.util.Arrays.copyOf(password, password.length + 1)))
                    .isEqualTo(Outcome.COMPUTING);
        } else {
            assertThat(check.answer(new byte[] {2})).isEqualTo(Outcome.MORE);
            byte[] pem = java.util.Arrays.copyOfRange(check.toSend(), 1, check.toSend().length);
            assertThat(check.answer(RsaPassword.encrypt(password, NONCE, pem))).isEqualTo(Outcome.COMPUTING);
        }
        return check.computed(check.compute());
    }

    @Test
    void asksAClientOfTheOtherMethodToTakeTheOneOfTheVerifier() {
        ClientAuthentication check = check(User.withVerifier("app", Verifier.parse(SHA2), UserLimits.NONE), true);
        assertThat(check.begin("app", NativePassword.PLUGIN, NativePassword.scramble(PASSWORD, NONCE)))
                .isEqualTo(Outcome.MORE);
        assertThat(new String(check.toSend(), StandardCharsets.ISO_8859_1)).contains(CachingSha2Password.PLUGIN);
        assertThat(check.answer(CachingSha2Password.scramble(PASSWORD, NONCE))).isEqualTo(Outcome.MORE);
        assertThat(check.toSend()).containsExactly(1, 4);
    }

    @Test
    void learnsTheDigestFromANativeLogin() {
        User user = User.withVerifier("app", Verifier.parse(NATIVE), UserLimits.NONE);
        assertThat(check(user, false).begin("app", NativePassword.PLUGIN, NativePassword.scramble(WRONG, NONCE)))
                .isEqualTo(Outcome.DENIED);
        assertThat(user.credential()).isNull();
        assertThat(check(user, false).begin("app", NativePassword.PLUGIN, NativePassword.scramble(PASSWORD, NONCE)))
                .isEqualTo(Outcome.ACCEPTED);
        assertThat(user.credential().password()).isNull();
        assertThat(user.credential().sha1()).isEqualTo(NativePassword.stage1(PASSWORD));
    }

    @Test
    void learnsThePasswordOfANativeVerifierOverTlsAndSwitchesInClear() {
        User user = User.withVerifier("app", Verifier.parse(NATIVE), UserLimits.NONE);
        byte[] fast = CachingSha2Password.scramble(PASSWORD, NONCE);
        ClientAuthentication clear = check(user, false);
        assertThat(clear.begin("app", CachingSha2Password.PLUGIN, fast)).isEqualTo(Outcome.MORE);
        assertThat(new String(clear.toSend(), StandardCharsets.ISO_8859_1)).contains(NativePassword.PLUGIN);
        ClientAuthentication secure = check(user, true);
        assertThat(secure.begin("app", CachingSha2Password.PLUGIN, fast)).isEqualTo(Outcome.MORE);
        assertThat(secure.answer(bytes("hashcat\0"))).isEqualTo(Outcome.COMPUTING);
        assertThat(secure.computed(secure.compute())).isEqualTo(Outcome.ACCEPTED);
        assertThat(user.credential().password()).isEqualTo(PASSWORD);
    }

    @Test
    void asksThoseWhoDoNotExistTheSameQuestions() {
        ClientAuthentication check = check(User.withVerifier("app", Verifier.parse(SHA2), UserLimits.NONE), true);
        assertThat(check.begin("nobody", CachingSha2Password.PLUGIN, CachingSha2Password.scramble(PASSWORD, NONCE)))
                .isEqualTo(Outcome.MORE);
        assertThat(check.toSend()).containsExactly(1, 4);
        assertThat(check.answer(bytes("hashcat\0"))).isEqualTo(Outcome.COMPUTING);
        assertThat(check.computed(check.compute())).isEqualTo(Outcome.DENIED);
    }

    @Test
    void takesNoPasswordThatIsLongerThanAny() {
        ClientAuthentication check = check(User.withVerifier("app", Verifier.parse(SHA2), UserLimits.NONE), true);
        check.begin("app", CachingSha2Password.PLUGIN, CachingSha2Password.scramble(PASSWORD, NONCE));
        assertThat(check.answer(new byte[60_000])).isEqualTo(Outcome.COMPUTING);
        assertThat(check.computed(check.compute())).isEqualTo(Outcome.DENIED);
    }

    @Test
    void takesNothingForAnEncryptedPasswordThatIsNone() {
        ClientAuthentication check = check(User.withVerifier("app", Verifier.parse(SHA2), UserLimits.NONE), false);
        check.begin("app", CachingSha2Password.PLUGIN, CachingSha2Password.scramble(PASSWORD, NONCE));
        check.answer(new byte[] {2});
        assertThat(check.answer(new byte[256])).isEqualTo(Outcome.COMPUTING);
        assertThat(check.computed(check.compute())).isEqualTo(Outcome.DENIED);
    }

    private static ClientAuthentication check(User user, boolean tls) {
        return new ClientAuthentication(new Users(List.of(user)), CachingSha2Password.PLUGIN, NONCE, tls, KEYS);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
