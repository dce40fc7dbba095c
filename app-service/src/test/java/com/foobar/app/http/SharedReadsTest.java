package com.foobar.app.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.app.http.SharedReads.Share;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SharedReadsTest {
    private static final Duration NEVER = Duration.ofHours(1);

    private static Vertx vertx;

    /** The reads that were begun, in order; each answers when the test says so. */
    private final List<Promise<String>> begun = new CopyOnWriteArrayList<>();

    private SharedReads<String, String> reads = new SharedReads<>(vertx, NEVER);

    @BeforeAll
    static void startVertx() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stopVertx() {
        vertx.close().await();
    }

    @Test
    void readsAtOnceWhileNobodyElseAsks() {
        Share<String> first = ask("page", "a");
        assertThat(begun).hasSize(1);
        answer(0, "one");
        assertThat(first.result().result()).isEqualTo("one");
        assertThat(first.by()).isNull();

        Share<String> second = ask("page", "b");
        assertThat(begun).hasSize(2);
        answer(1, "two");
        assertThat(second.result().result()).isEqualTo("two");
    }

    @Test
    void letsNobodyJoinAReadThatIsUnderWay() {
        Share<String> first = ask("page", "a");
        Share<String> late = ask("page", "b");
        answer(0, "before the write");
        assertThat(first.result().result()).isEqualTo("before the write");
        assertThat(late.result().isComplete()).isFalse();

        assertThat(begun).hasSize(2);
        answer(1, "after it");
        assertThat(late.result().result()).isEqualTo("after it");
    }

    @Test
    void readsOnceForAllWhoCameMeanwhile() {
        ask("page", "a");
        Share<String> reader = ask("page", "b");
        Share<String> other = ask("page", "c");
        Share<String> another = ask("page", "d");
        assertThat(begun).hasSize(1);
        answer(0, "old");
        assertThat(begun).hasSize(2);
        answer(1, "new");

        assertThat(List.of(reader, other, another))
                .extracting(share -> share.result().result())
                .containsOnly("new");
        assertThat(reader.by()).isNull();
        assertThat(other.by()).isEqualTo("b");
        assertThat(another.by()).isEqualTo("b");
    }

    @Test
    void beginsTheNextReadBeforeItAnswersThisOne() {
        List<Integer> begunAtAnswer = new ArrayList<>();
        ask("page", "a").result().onComplete(done -> begunAtAnswer.add(begun.size()));
        ask("page", "b");
        answer(0, "one");
        assertThat(begunAtAnswer).containsExactly(2);
    }

    @Test
    void keepsQuestionsApart() {
        Share<String> page = ask("page", "a");
        Share<String> other = ask("other", "b");
        assertThat(begun).hasSize(2);
        answer(1, "of the other");
        answer(0, "of the page");
        assertThat(page.result().result()).isEqualTo("of the page");
        assertThat(other.result().result()).isEqualTo("of the other");
    }

    @Test
    void failsAllWhoShareAFailedReadAndNobodyElse() {
        Share<String> first = ask("page", "a");
        Share<String> second = ask("page", "b");
        Share<String> third = ask("page", "c");
        begun.get(0).fail("lost");
        assertThat(first.result().cause()).hasMessage("lost");
        Share<String> fourth = ask("page", "d");
        begun.get(1).fail("lost again");
        assertThat(List.of(second, third))
                .allSatisfy(share -> assertThat(share.result().cause()).hasMessage("lost again"));
        answer(2, "well");
        assertThat(fourth.result().result()).isEqualTo("well");
    }

    @Test
    void goesOnAfterAReadThatThrows() {
        Share<String> thrown = reads.ask("page", "a", () -> {
            throw new IllegalArgumentException("no number");
        });
        assertThat(thrown.result().cause()).hasMessage("no number");
        ask("page", "b");
        assertThat(begun).hasSize(1);
    }

    @Test
    void waitsNoLongerThanItMayForAReadThatHangs() {
        reads = new SharedReads<>(vertx, Duration.ofMillis(1));
        List<Share<String>> shares = new CopyOnWriteArrayList<>();
        vertx.runOnContext(v -> {
            shares.add(ask("page", "a"));
            shares.add(ask("page", "b"));
        });
        await().until(() -> begun.size() == 2);
        answer(1, "new");
        assertThat(shares.get(1).result().result()).isEqualTo("new");
        assertThat(shares.get(0).result().isComplete()).isFalse();

        answer(0, "at last");
        assertThat(shares.get(0).result().result()).isEqualTo("at last");
    }

    @Test
    void letsABoundedNumberShareARead() {
        ask("page", "first");
        for (int i = 0; i < SharedReads.MOST; i++) {
            ask("page", "one of many");
        }
        assertThat(begun).hasSize(2);
        Share<String> next = ask("page", "too many");
        assertThat(next.by()).isNull();
        answer(1, "full");
        assertThat(begun).hasSize(3);
    }

    @Test
    void readsForEachWhereNobodyMayWait() {
        reads = new SharedReads<>(vertx, Duration.ZERO);
        ask("page", "a");
        assertThat(ask("page", "b").by()).isNull();
        assertThat(begun).hasSize(2);
    }

    private Share<String> ask(String question, String asker) {
        return reads.ask(question, asker, this::begin);
    }

    private Future<String> begin() {
        Promise<String> promise = Promise.promise();
        begun.add(promise);
        return promise.future();
    }

    private void answer(int read, String text) {
        begun.get(read).complete(text);
    }
}
