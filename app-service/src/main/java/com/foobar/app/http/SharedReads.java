package com.foobar.app.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets those who ask the same at the same time share one read, as a group commit lets them share one write. Of each question one
 * read is under way, and another gathers who asks meanwhile:
 *
 * <pre>
 *            one under way?                the one before has ended,
 *   ask ─────── yes ───────► gathering ─── has taken too long, or this one is full ───► under way ───► ended
 *        └───── no ───────────────────────────────────────────────────────────────────────▲
 * </pre>
 *
 * <p>Nobody joins a read that is under way: it may have missed a write that was acknowledged before. So a read begins after all
 * who share it have asked, and shows each of them what a read of its own would have shown.
 *
 * <p>For one event loop only.
 *
 * @param <K> questions: equal where the same read answers them
 */
final class SharedReads<K, V> {
    /** How many share a read at most: the event loop answers them all in one go. */
    static final int MOST = 256;

    private final Vertx vertx;
    private final Duration longestWait;

    /** Those with a read under way. */
    private final Map<K, Line> lines = new HashMap<>();

    /**
     * @param longestWait for the read before, in whole milliseconds: one that hangs delays the next by no more. 0: nothing is
     *     shared
     */
    SharedReads(Vertx vertx, Duration longestWait) {
        this.vertx = vertx;
        this.longestWait = longestWait;
    }

    /**
     * What one who asks gets.
     *
     * @param result of the read: where that fails, all who share it fail
     * @param by who asked first, where the read is another's; null where it is one's own
     */
    record Share<V>(Future<V> result, @Nullable String by) {}

    /**
     * Asks.
     *
     * @param asker who asks: told to those who join
     * @param work the read: done once, now or later, or not at all where another's is shared
     */
    Share<V> ask(K question, String asker, Supplier<Future<V>> work) {
        if (longestWait.isZero()) {
            return new Share<>(attempt(work), null);
        }
        Line line = lines.get(question);
        Read gathering = line == null ? null : line.gathering;
        if (gathering != null) {
            line.join(gathering);
            return new Share<>(gathering.result.future(), gathering.asker);
        }
        Read own = new Read(asker, work);
        if (line != null) {
            line.gather(own);
        } else {
            line = new Line(question, own);
            lines.put(question, line);
            line.begin(own);
        }
        return new Share<>(own.result.future(), null);
    }

    private static <V> Future<V> attempt(Supplier<Future<V>> work) {
        try {
            return work.get();
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private final class Read {
        private final String asker;
        private final Supplier<Future<V>> work;
        private final Promise<V> result = Promise.promise();
        private int sharedBy = 1;

        Read(String asker, Supplier<Future<V>> work) {
            this.asker = asker;
            this.work = work;
        }
    }

    /** The reads of one question. */
    private final class Line {
        private final K question;

        /** Begun last. Some that took too long may be under way beside it. */
        private Read latest;

        private @Nullable Read gathering;

        /** Of what gathers. */
        private long timer;

        Line(K question, Read first) {
            this.question = question;
            this.latest = first;
        }

        void gather(Read read) {
            gathering = read;
            timer = vertx.setTimer(longestWait.toMillis(), fired -> endGathering(read));
        }

        void join(Read read) {
            read.sharedBy++;
            if (read.sharedBy == MOST) {
                endGathering(read);
            }
        }

        private void endGathering(Read read) {
            vertx.cancelTimer(timer);
            gathering = null;
            begin(read);
        }

        void begin(Read read) {
            latest = read;
            attempt(read.work).onComplete((value, failure) -> {
                // The next one first: the database is at work while these are answered.
                if (read == latest) {
                    beginNext();
                }
                read.result.complete(value, failure);
            });
        }

        private void beginNext() {
            if (gathering != null) {
                endGathering(gathering);
            } else {
                lines.remove(question);
            }
        }
    }
}
