package com.foobar.dbrouter.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.foobar.dbrouter.auth.ClientAuthentication.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Whoever does not know a password is denied after a few questions, whatever the answers are. */
class ClientAuthenticationFuzzTest {
    private static final int MOST_QUESTIONS = 5;
    private static final byte[] NONCE = "0123456789abcdefghij".getBytes(StandardCharsets.US_ASCII);
    private static final RsaKeys KEYS = new RsaKeys(RsaPassword.makeKeys());
    private static final Users USERS = new Users(List.of(
            User.withVerifier("native", Verifier.parse("*FCF7C1B8749CF99D88E5F34271D636178FB5D130"), UserLimits.NONE),
            User.withVerifier(
                    "sha2",
                    Verifier.parse("$A$005$01234567890123456789r6nzC5LUC0uVXFw52gWstJ181ms.XFW71j20yui2zG7"),
                    UserLimits.NONE),
            User.withPassword("known", "a password".getBytes(StandardCharsets.US_ASCII), UserLimits.NONE)));

    @FuzzTest(maxDuration = "15s")
    void answers(FuzzedDataProvider data) {
        String name = data.pickValue(List.of("native", "sha2", "known", "nobody", ""));
        String plugin = data.pickValue(List.of(NativePassword.PLUGIN, CachingSha2Password.PLUGIN, "other"));
        boolean named = data.consumeBoolean();
        boolean tls = data.consumeBoolean();
        ClientAuthentication check = new ClientAuthentication(
                USERS, data.pickValue(List.of(NativePassword.PLUGIN, CachingSha2Password.PLUGIN)), NONCE, tls, KEYS);
        Outcome outcome = check.begin(name, named ? plugin : null, data.consumeBytes(data.consumeInt(0, 40)));
        int questions = 0;
        while (outcome == Outcome.MORE || outcome == Outcome.COMPUTING) {
            if (outcome == Outcome.COMPUTING) {
                outcome = check.computed(check.compute());
            } else {
                assertThat(check.toSend()).isNotNull();
                assertThat(++questions).isLessThan(MOST_QUESTIONS);
                outcome = check.answer(data.consumeBytes(data.consumeInt(0, 300)));
            }
        }
        assertThat(outcome).isEqualTo(Outcome.DENIED);
    }
}
