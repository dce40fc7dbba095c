package com.foobar.http.health;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.foobar.http.backend.CheckStatus;
import io.vertx.core.buffer.Buffer;

/** Whatever answers a MySQL check, in whatever pieces: the check ends with a result or waits, and says no more than a login. */
class MysqlConversationFuzzTest {
    private static final int LONGEST_ANSWER = 128;

    @FuzzTest(maxDuration = "15s")
    void converses(FuzzedDataProvider data) {
        MysqlConversation conversation = new MysqlConversation(data.consumeBoolean() ? "monitor" : "");
        CheckResult result = null;
        while (result == null && data.remainingBytes() > 0) {
            result = conversation.received(Buffer.buffer(data.consumeBytes(data.consumeInt(1, 200))));
            if (conversation.hasAnswer()) {
                assertThat(conversation.takeAnswer().length()).isBetween(4, LONGEST_ANSWER);
            }
        }
        if (result != null) {
            assertThat(result.status()).isIn(CheckStatus.L7OK, CheckStatus.L7STS, CheckStatus.L7RSP);
        }
    }
}
