package com.foobar.web.cache;

import com.foobar.http.exchange.ProxyError;
import com.foobar.http.exchange.RequestEvents;
import com.foobar.http.exchange.RequestRecord;
import com.foobar.http.exchange.RequestStream;
import com.foobar.http.message.FieldName;
import com.foobar.http.message.Fields;
import com.foobar.http.message.RequestHead;
import com.foobar.http.message.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One GET that the cache sends to an app server: for a client that follows the response as it comes (the leader), for others who wait for it, or for nobody, to renew what is stored.
 * To the proxy it looks like a client's request. Its response is taken at the leader's speed, so that what the leader has not taken is bounded as for every client; only while others
 * wait for what is to be stored, as fast as it comes: then the leader is served from there, and nothing is held for it alone. A leader that takes nothing for {@code slow-client-timeout} while
 * nobody else waits has the response passed on and not stored: the room for it is for others.
 *
 * <p>All methods are for its event loop, the leader's, but for {@link #join} and {@link #leave}.
 */
final class Fetch extends OriginStream {
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

    private final ResponseCache cache;
    private final String key;
    /** What is stored and cannot be used without asking, or null. */
    private final @Nullable StoredResponse stale;

    private final Followers followers = new Followers();
    private final boolean authorization;
    private final boolean shared;
    private final long generation;
    private final long requestedAt;

    private State state = State.ASKING;
    private @Nullable Exchange leader;
    private @Nullable RequestEvents events;
    private @Nullable IncomingResponse incoming;
    private long swallowed;
    private @Nullable ScheduledFuture<?> deadline;
    /** Runs while the leader is slow and what comes is to be stored. */
    private @Nullable ScheduledFuture<?> patience;

    private Fetch(
            ResponseCache cache,
            RequestHead head,
            RequestStream cause,
            String key,
            @Nullable StoredResponse stale,
            boolean shared) {
        super(head, cause);
        this.cache = cache;
        this.key = key;
        this.stale = stale;
        this.authorization = head.fields().has(FieldName.AUTHORIZATION);
        this.shared = shared;
        this.generation = cache.store().generation(key);
        this.requestedAt = cache.now();
    }

    /**
     * A fetch of what that request asks for, to be {@linkplain #start started}.
     *
     * @param stale what is to be validated by it, or to be used if it fails
     * @param shared whether others may {@linkplain #join} it
     */
    static Fetch of(
            ResponseCache cache, RequestStream cause, String key, @Nullable StoredResponse stale, boolean shared) {
        return new Fetch(cache, OriginRequest.of(cause.head(), stale), cause, key, stale, shared);
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
            deadline = eventLoop()
                    .schedule(
                            () -> abandon(new ProxyError.Internal()), cache.unattendedMillis(), TimeUnit.MILLISECONDS);
        }
    }

    String key() {
        return key;
    }

    // ---- those who wait; from any thread ----

    /** Has the exchange told what comes of it, by {@link Exchange#joined}; false if that is known already. */
    boolean join(Exchange exchange) {
        if (generation != cache.store().generation(key) || !followers.add(exchange)) {
            return false;
        }
        // It need not wait for a slow leader.
        eventLoop().execute(this::proceed);
        return true;
    }

    void leave(Exchange exchange) {
        followers.remove(exchange);
    }

    private void tell(Outcome outcome) {
        if (shared) {
            cache.fetched(this);
        }
        followers.tell(outcome);
    }

    // ---- from the leader ----

    /** The leader's client went away. What is being stored goes on without it. */
    void leaderLeft(ProxyError cause) {
        leader = null;
        if (state == State.FILLING || (state == State.ASKING && !followers.isEmpty())) {
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
    public void receive(RequestEvents newEvents) {
        if (state != State.DONE) {
            events = newEvents;
            newEvents.end(Fields.none());
        }
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
        int status = head.status();
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
        StoragePolicy allowed = StoragePolicy.of(head.status(), head.fields(), authorization, requestedAt, receivedAt);
        Vary forWhom = allowed == null ? null : Vary.of(head.fields(), head().fields());
        Filling room = forWhom == null ? null : Filling.open(cache.store(), head.contentLength(), cache.maxObject());
        Exchange following = leader;
        if (allowed == null || forWhom == null || room == null) {
            boolean never = allowed == null || forWhom == null || head.contentLength() > cache.maxObject();
            if (never && head.status() < 500 && head.status() != 304) {
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
            incoming = new IncomingResponse(key, head, forWhom, allowed, room);
        }
        if (following != null) {
            following.relay(head, state == State.FILLING);
        }
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
        IncomingResponse storing = incoming;
        if (storing != null && !storing.body().add(data)) {
            storing = null;
            stopStoring();
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
        } else if (storing != null) {
            following.relay(data, storing.body());
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
        IncomingResponse storing = incoming;
        if (storing != null) {
            StoredResponse response = storing.complete();
            if (cache.store().put(response, generation)) {
                storing.body().stored();
            }
            outcome = new Outcome.Stored(response);
        }
        Exchange following = leader;
        leader = null;
        finish(outcome);
        if (following != null) {
            following.relayEnd(trailers);
        }
    }

    /** Who waits asks by themselves; the leader, where there is one, gets the rest. */
    private void stopStoring() {
        close();
        state = leader == null ? State.SWALLOWING : State.PASSING;
        tell(new Outcome.NotStorable());
    }

    private void close() {
        IncomingResponse storing = incoming;
        if (storing != null) {
            incoming = null;
            storing.body().close();
        }
    }

    private void finish(Outcome outcome) {
        state = State.DONE;
        close();
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
        if (following == null || following.takesMore()) {
            return true;
        }
        if (state != State.FILLING) {
            return state != State.PASSING;
        }
        if (!followers.isEmpty()) {
            return true;
        }
        if (patience == null) {
            patience = eventLoop().schedule(this::leaderTooSlow, cache.slowClientMillis(), TimeUnit.MILLISECONDS);
        }
        return false;
    }

    private void leaderTooSlow() {
        patience = null;
        Exchange following = leader;
        if (state == State.FILLING && following != null && !following.takesMore() && followers.isEmpty()) {
            stopStoring();
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
    public boolean responded() {
        return state != State.ASKING;
    }

    @Override
    public boolean ended() {
        return state == State.DONE;
    }
}
