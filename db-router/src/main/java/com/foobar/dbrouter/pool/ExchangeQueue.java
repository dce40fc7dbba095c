package com.foobar.dbrouter.pool;

import com.foobar.dbrouter.protocol.MalformedPacketException;
import com.foobar.dbrouter.protocol.ResponseTracker;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** What has been sent on one connection and is not answered yet, and whose each piece of an answer is. Belongs to its event loop. */
final class ExchangeQueue {
    private final ArrayDeque<Exchange> exchanges = new ArrayDeque<>(4);
    private final ResponseTracker tracker = new ResponseTracker();
    private final Runnable whenEmpty;
    private final BiConsumer<Exchange, ResponseTracker> whenAnswered;
    private long headSince;

    /** Whether the answer before was read in this turn, so that the next one may have been there already. */
    private boolean headIsNew;

    /**
     * @param whenEmpty called when the last one has been answered, and nothing was sent for that
     * @param whenAnswered called with each answer when it has ended, before the exchange hears of that
     */
    ExchangeQueue(Runnable whenEmpty, BiConsumer<Exchange, ResponseTracker> whenAnswered) {
        this.whenAnswered = whenAnswered;
        this.whenEmpty = whenEmpty;
    }

    boolean isEmpty() {
        return exchanges.isEmpty();
    }

    /** The one whose answer comes next, or is coming; null where nothing is unanswered. */
    @Nullable
    Exchange peek() {
        return exchanges.peek();
    }

    boolean areAllOfTheRouter() {
        for (Exchange exchange : exchanges) {
            if (!exchange.isOfTheRouter()) {
                return false;
            }
        }
        return true;
    }

    /** Whether the server works, or is going to, on what a session has taken elsewhere. */
    boolean hasDropped() {
        for (Exchange exchange : exchanges) {
            if (exchange instanceof DroppedExchange) {
                return true;
            }
        }
        return false;
    }

    /** It has been sent, or is about to be. */
    void add(Exchange exchange) {
        if (exchanges.isEmpty()) {
            tracker.expect(exchange.expect());
            headSince = System.nanoTime();
            headIsNew = false;
        }
        exchanges.add(exchange);
    }

    /** The file that the server asked for has been sent: its verdict follows. */
    void fileSent() {
        tracker.fileSent();
    }

    /**
     * Gives what has been read to whom it is for; does not release it.
     *
     * @return false where the server says something that nobody has asked for
     * @throws MalformedPacketException for what is no answer
     */
    boolean answered(ByteBuf in) {
        while (in.isReadable()) {
            Exchange exchange = exchanges.peek();
            if (exchange == null) {
                return false;
            }
            if (tracker.awaitsFile()) {
                throw new MalformedPacketException("the server answers before the client's file has ended");
            }
            int start = in.readerIndex();
            boolean stops = tracker.advance(in);
            exchange.received(in.retainedSlice(start, in.readerIndex() - start), tracker);
            if (stops && tracker.awaitsFile()) {
                exchange.fileWanted();
            } else if (stops) {
                completed(exchange);
            }
        }
        return true;
    }

    private void completed(Exchange exchange) {
        exchanges.remove();
        // The exchange reads the tracker before it sends the next command, which starts it over.
        Exchange next = exchanges.peek();
        whenAnswered.accept(exchange, tracker);
        exchange.completed(tracker);
        headSince = System.nanoTime();
        headIsNew = true;
        if (next != null && tracker.done()) {
            tracker.expect(next.expect());
        }
        Exchange first = exchanges.peek();
        if (first == null) {
            whenEmpty.run();
        } else if (next != null) {
            first.begins();
        }
    }

    /** What could be read just now has been. */
    void readComplete() {
        headIsNew = false;
    }

    /** Whether {@link #headSince} tells for how long the server has worked on the first one, at most. */
    boolean isTimed() {
        return !headIsNew;
    }

    /** Since when the server works on the first one, as far as can be told; System.nanoTime(). */
    long headSince() {
        return headSince;
    }

    /**
     * Those of sessions that stand behind the first ones need not wait for them: their answers will be dropped.
     *
     * @param remaining how many the first ones are
     * @param failure what they are told
     * @return how many they are
     */
    int failBehind(int remaining, ServerFailure failure) {
        List<Exchange> failed = new ArrayList<>();
        List<Exchange> all = List.copyOf(exchanges);
        exchanges.clear();
        for (Exchange exchange : all) {
            if (exchanges.size() < remaining || exchange.isOfTheRouter()) {
                exchanges.add(exchange);
            } else {
                exchanges.add(exchange.dropped());
                failed.add(exchange);
            }
        }
        failed.forEach(exchange -> exchange.failed(failure));
        return failed.size();
    }

    /** Nobody waits for that one's answer any more, which stands behind the first one. */
    void drop(Exchange dropped) {
        List<Exchange> all = List.copyOf(exchanges);
        exchanges.clear();
        for (Exchange exchange : all) {
            exchanges.add(exchange == dropped ? exchange.dropped() : exchange);
        }
    }

    /** The connection has ended. */
    void fail(ServerFailure failure) {
        Exchange exchange;
        while ((exchange = exchanges.poll()) != null) {
            exchange.failed(failure);
        }
        tracker.releaseInspected();
    }
}
