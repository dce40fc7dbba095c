package com.foobar.web.cache;

import com.foobar.http.exchange.FileBody;
import com.foobar.http.exchange.ForwardedChain;
import com.foobar.http.exchange.ProxyError;
import com.foobar.http.exchange.RequestEvents;
import com.foobar.http.exchange.RequestRecord;
import com.foobar.http.exchange.RequestStream;
import com.foobar.http.exchange.TunnelEnd;
import com.foobar.http.exchange.TunnelEvents;
import com.foobar.http.message.FieldName;
import com.foobar.http.message.Fields;
import com.foobar.http.message.RequestHead;
import com.foobar.http.message.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One GET that the cache sends to an app server: for a client that follows the response as it comes (the leader), for others who wait for it, or for nobody, to renew what is stored.
 * To the proxy it looks like a client's request. Its response is taken at the leader's speed, so that what the leader has not taken is bounded as for every client; only while others
 * wait for what is to be stored, as fast as it comes: then no more than {@code max-object} is held for the leader. A leader that takes nothing for {@value #PATIENCE_MILLIS} ms while
 * nobody else waits has the response passed on and not stored: the room for it is for others.
 *
 * <p>All methods are for its event loop, the leader's, but for {@link #join} and {@link #leave}.
 */
final class Fetch extends RequestStream {
    private enum State {
        /** Nothing has come. */
        ASKING,
        /** The body is kept, and passed to the leader. */
        FILLING,
        /** The body is passed to the leader. */
        PASSING,
        /** Nobody wants the body. */
        SWALLOWING,
        DONE
    }

    /** To read so much for nothing is cheaper than another connection. */
    private static final int SWALLOW_LIMIT = 64 * 1024;

    private static final long PATIENCE_MILLIS = 2_000;

    private final ResponseCache cache;
    private final EventLoop eventLoop;
    private final ByteBufAllocator allocator;
    private final String key;
    /** What is stored and cannot be used without asking, or null. */
    private final @Nullable StoredResponse stale;

    private final boolean authorization;
    private final boolean shared;
    private final long generation;
    private final long requestedAt;

    private State state = State.ASKING;
    private @Nullable Exchange leader;
    private @Nullable RequestEvents events;
    private @Nullable StoragePolicy policy;
    private @Nullable Vary vary;
    private @Nullable Filling filling;
    private @Nullable Fields kept;
    private int status;
    private long swallowed;
    private @Nullable ScheduledFuture<?> deadline;
    /** Runs while the leader is slow and what comes is to be stored. */
    private @Nullable ScheduledFuture<?> patience;

    /** Guarded by this. Null once it is known what comes of it. */
    private @Nullable List<Exchange> waiting = new ArrayList<>(2);

    private Fetch(
            ResponseCache cache,
            RequestHead head,
            RequestStream cause,
            String key,
            @Nullable StoredResponse stale,
            boolean shared) {
        super(head, cause.connection(), new RequestRecord(cause.connection(), head, System.nanoTime()));
        this.cache = cache;
        this.eventLoop = cause.eventLoop();
        this.allocator = cause.allocator();
        this.key = key;
        this.stale = stale;
        this.authorization = head.fields().has(FieldName.AUTHORIZATION);
        this.shared = shared;
        this.generation = cache.store().generation(key);
        this.requestedAt = cache.now();
        record().identify(cause.record().requestId(), cause.record().traceId());
        ForwardedChain chain = cause.record().forwarded();
        if (chain != null) {
            record().forwarded(chain);
        }
    }

    /**
     * A fetch of what that request asks for, to be {@linkplain #start started}.
     *
     * @param stale what is to be validated by it, or to be used if it fails
     * @param shared whether others may {@linkplain #join} it
     */
    static Fetch of(
            ResponseCache cache, RequestStream cause, String key, @Nullable StoredResponse stale, boolean shared) {
        return new Fetch(cache, copy(cause.head(), stale), cause, key, stale, shared);
    }

    /**
     * The request without the client's own conditions, with those of the stored response (RFC 9111 §4.3.1). Where nothing is stored, a request with {@code Authorization} keeps its own:
     * what comes is seldom to be stored, and nobody else waits for it, so a 304 is worth more than a body.
     */
    private static RequestHead copy(RequestHead head, @Nullable StoredResponse stale) {
        RequestHead copy = new RequestHead();
        copy.protocol(head.protocol());
        Fields fields = head.fields();
        boolean keepsConditions = stale == null && fields.has(FieldName.AUTHORIZATION);
        for (int slot = 0; slot < fields.slots(); slot++) {
            FieldName known = fields.known(slot);
            boolean condition = known == FieldName.IF_NONE_MATCH
                    || known == FieldName.IF_MODIFIED_SINCE
                    || known == FieldName.IF_RANGE
                    || known == FieldName.RANGE;
            if (!fields.isRemoved(slot) && (keepsConditions || !condition)) {
                copy.fields().addFrom(fields, slot);
            }
        }
        if (stale != null) {
            String tag = stale.fields().get(FieldName.ETAG);
            String date = stale.fields().get(FieldName.LAST_MODIFIED);
            if (tag != null) {
                copy.fields().add(FieldName.IF_NONE_MATCH, tag);
            }
            if (date != null) {
                copy.fields().add(FieldName.IF_MODIFIED_SINCE, date);
            }
        }
        copy.target(head.target());
        return copy;
    }

    void start(@Nullable Exchange newLeader) {
        leader = newLeader;
        if (newLeader == null) {
            limit();
        }
        cache.forward(this);
    }

    /** Its leader is gone already: whoever has joined asks by themselves. */
    void neverStarted() {
        finish(new Outcome.NotStorable());
    }

    /** Nobody waits for the end: it must come by itself. */
    private void limit() {
        if (deadline == null && state != State.DONE) {
            deadline = eventLoop.schedule(
                    () -> abandon(new ProxyError.Internal()), cache.unattendedMillis(), TimeUnit.MILLISECONDS);
        }
    }

    String key() {
        return key;
    }

    // ---- those who wait; from any thread ----

    /** Has the exchange told what comes of it, by {@link Exchange#joined}; false if that is known already. */
    synchronized boolean join(Exchange exchange) {
        List<Exchange> current = waiting;
        if (current == null || generation != cache.store().generation(key)) {
            return false;
        }
        current.add(exchange);
        if (current.size() == 1) {
            // It need not wait for a slow leader.
            eventLoop.execute(this::proceed);
        }
        return true;
    }

    synchronized void leave(Exchange exchange) {
        List<Exchange> current = waiting;
        if (current != null) {
            current.remove(exchange);
        }
    }

    private synchronized boolean isAwaited() {
        List<Exchange> current = waiting;
        return current != null && !current.isEmpty();
    }

    private void tell(Outcome outcome) {
        if (shared) {
            cache.fetched(this);
        }
        List<Exchange> told;
        synchronized (this) {
            told = waiting;
            waiting = null;
        }
        if (told != null) {
            told.forEach(exchange -> exchange.joined(outcome));
        }
    }

    // ---- from the leader ----

    /** The leader's client went away. What is being stored goes on without it. */
    void leaderLeft(ProxyError cause) {
        leader = null;
        if (state == State.FILLING || (state == State.ASKING && isAwaited())) {
            limit();
            proceed();
        } else {
            abandon(cause);
        }
    }

    /** The leader, slow until now, takes more, or the response need not wait for it. */
    void proceed() {
        stopPatience();
        RequestEvents receiver = events;
        if (receiver != null && state != State.DONE) {
            receiver.writable();
        }
    }

    private void abandon(ProxyError cause) {
        RequestEvents receiver = events;
        if (state != State.DONE) {
            finish(new Outcome.Failed(null));
            if (receiver != null) {
                receiver.aborted(cause);
            }
        }
    }

    // ---- the request, as the proxy sees it ----

    @Override
    public EventLoop eventLoop() {
        return eventLoop;
    }

    @Override
    public ByteBufAllocator allocator() {
        return allocator;
    }

    @Override
    public void receive(RequestEvents newEvents) {
        if (state != State.DONE) {
            events = newEvents;
            newEvents.end(Fields.none());
        }
    }

    @Override
    public void pause() {
        // There is no body.
    }

    @Override
    public void resume() {
        // There is no body.
    }

    // ---- the response ----

    @Override
    public void inform(ResponseHead head) {
        Exchange following = leader;
        if (following != null) {
            following.stream().inform(head);
        }
    }

    @Override
    public void respond(ResponseHead head) {
        if (state != State.ASKING) {
            return;
        }
        status = head.status();
        tellRecord();
        ProxyError error = record().error();
        if (error != null) {
            state = State.SWALLOWING;
            failed(error);
        } else if (status == 304 && stale != null && stale.hasValidator()) {
            state = State.SWALLOWING;
            revalidated(stale, head.fields());
        } else if (status >= 500 && status <= 504 && stale != null && mayServeOnError(stale)) {
            state = State.SWALLOWING;
            staleOnError(stale);
        } else {
            answered(head);
        }
    }

    private boolean mayServeOnError(StoredResponse stored) {
        return stored.freshness().mayServeOnError(cache.now());
    }

    /** None of the servers could be asked, or none answered in time or by the rules. */
    private void failed(ProxyError error) {
        StoredResponse stored = stale;
        if (stored != null && mayServeOnError(stored)) {
            staleOnError(stored);
            return;
        }
        tell(new Outcome.Failed(error));
        Exchange following = leader;
        if (following != null) {
            leader = null;
            following.failed(error);
        }
    }

    private void staleOnError(StoredResponse stored) {
        tell(new Outcome.Failed(null));
        Exchange following = leader;
        if (following != null) {
            leader = null;
            following.serveOnError(stored);
        }
    }

    private void revalidated(StoredResponse stored, Fields notModified) {
        String tag = notModified.get(FieldName.ETAG);
        if (tag != null && !tag.equals(stored.fields().get(FieldName.ETAG))) {
            // It speaks of something else than we have (RFC 9111 §4.3.4).
            cache.store().remove(stored);
            tell(new Outcome.NotStorable());
            Exchange following = leader;
            if (following != null) {
                leader = null;
                following.pass();
            }
            return;
        }
        StoredResponse updated = cache.update(stored, notModified, head().fields(), requestedAt, generation);
        tell(new Outcome.Stored(updated));
        Exchange following = leader;
        if (following != null) {
            leader = null;
            following.serveRevalidated(updated);
        }
    }

    private void answered(ResponseHead head) {
        long receivedAt = cache.now();
        StoragePolicy allowed = StoragePolicy.of(status, head.fields(), authorization, requestedAt, receivedAt);
        Vary forWhom = allowed == null ? null : Vary.of(head.fields(), head().fields());
        Filling room = forWhom == null ? null : Filling.open(cache.store(), head.contentLength(), cache.maxObject());
        Exchange following = leader;
        if (allowed == null || forWhom == null || room == null) {
            boolean never = allowed == null || forWhom == null || head.contentLength() > cache.maxObject();
            if (never && status < 500 && status != 304) {
                // Lack of room passes, and a 304 to the client's own condition does not tell what a 200 would.
                cache.uncacheable().add(key, authorization, receivedAt);
            }
            state = State.PASSING;
            tell(new Outcome.NotStorable());
            if (following == null) {
                state = State.SWALLOWING;
                return;
            }
        } else {
            state = State.FILLING;
            policy = allowed;
            vary = forWhom;
            filling = room;
            kept = copy(head.fields());
        }
        if (following != null) {
            following.relay(head, state == State.FILLING);
        }
    }

    private static Fields copy(Fields fields) {
        Fields copy = new Fields();
        for (int slot = 0; slot < fields.slots(); slot++) {
            if (!fields.isRemoved(slot)) {
                copy.addFrom(fields, slot);
            }
        }
        return copy;
    }

    /** The leader's record is what is logged. */
    private void tellRecord() {
        Exchange following = leader;
        if (following == null) {
            return;
        }
        RequestRecord record = following.stream().record();
        String backend = record().backend();
        String server = record().server();
        if (backend != null && server != null) {
            record.asked(backend, server);
        }
        record.queued(record().queueNanos());
        for (int i = 0; i < record().retries(); i++) {
            record.retried();
        }
    }

    @Override
    public void write(ByteBuf data) {
        Filling room = filling;
        if (state == State.FILLING && room != null && !room.add(data)) {
            stopFilling();
            state = leader == null ? State.SWALLOWING : State.PASSING;
            tell(new Outcome.NotStorable());
        }
        Exchange following = leader;
        if (state == State.SWALLOWING) {
            swallowed += data.readableBytes();
            data.release();
            if (swallowed > SWALLOW_LIMIT) {
                // The proxy sees that the stream has ended, and closes the server's connection.
                finish(new Outcome.NotStorable());
            }
        } else if (following == null) {
            data.release();
        } else {
            following.relay(data);
        }
    }

    @Override
    public void end(Fields trailers) {
        if (state == State.DONE) {
            return;
        }
        Outcome outcome = new Outcome.NotStorable();
        Filling room = filling;
        if (state == State.FILLING && room != null && policy != null && vary != null && kept != null) {
            StoredResponse response = StoredResponse.of(key, status, kept, room.bytes(), vary, policy);
            cache.store().put(response, generation);
            outcome = new Outcome.Stored(response);
        }
        Exchange following = leader;
        leader = null;
        finish(outcome);
        if (following != null) {
            following.relayEnd(trailers);
        }
    }

    private void stopFilling() {
        Filling room = filling;
        if (room != null) {
            filling = null;
            room.close();
        }
        kept = null;
    }

    private void finish(Outcome outcome) {
        state = State.DONE;
        stopFilling();
        stopPatience();
        ScheduledFuture<?> timer = deadline;
        if (timer != null) {
            timer.cancel(false);
        }
        tell(outcome);
    }

    @Override
    public void flush() {
        Exchange following = leader;
        if (following != null) {
            following.stream().flush();
        }
    }

    @Override
    public boolean writable() {
        Exchange following = leader;
        if (following == null || following.stream().writable()) {
            return true;
        }
        if (state != State.FILLING) {
            return state != State.PASSING;
        }
        if (isAwaited()) {
            return true;
        }
        if (patience == null) {
            patience = eventLoop.schedule(this::leaderTooSlow, PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        }
        return false;
    }

    private void leaderTooSlow() {
        patience = null;
        Exchange following = leader;
        if (state == State.FILLING && following != null && !following.stream().writable() && !isAwaited()) {
            stopFilling();
            state = State.PASSING;
            tell(new Outcome.NotStorable());
        }
    }

    private void stopPatience() {
        ScheduledFuture<?> timer = patience;
        if (timer != null) {
            patience = null;
            timer.cancel(false);
        }
    }

    @Override
    public void abort(ProxyError cause) {
        if (state == State.DONE) {
            return;
        }
        Exchange following = leader;
        leader = null;
        finish(new Outcome.Failed(null));
        if (following != null) {
            following.broken(cause);
        }
    }

    @Override
    protected void giveUp(ProxyError error) {
        fail(error);
    }

    @Override
    public boolean responded() {
        return state != State.ASKING;
    }

    @Override
    public boolean ended() {
        return state == State.DONE;
    }

    @Override
    public void respond(ResponseHead head, FileBody file) {
        throw new UnsupportedOperationException("an app server's response is no file");
    }

    @Override
    public TunnelEnd switchProtocols(ResponseHead head, TunnelEvents newEvents) {
        throw new UnsupportedOperationException("a cached request asks for no other protocol");
    }
}
