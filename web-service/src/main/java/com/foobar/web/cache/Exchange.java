package com.foobar.web.cache;

import com.foobar.http.exchange.ProxyError;
import com.foobar.http.exchange.RequestEvents;
import com.foobar.http.exchange.RequestStream;
import com.foobar.http.message.FieldName;
import com.foobar.http.message.Fields;
import com.foobar.http.message.Method;
import com.foobar.http.message.ResponseHead;
import com.foobar.kit.http.Problem;
import com.foobar.web.cache.CacheStatus.Forward;
import com.foobar.web.conditional.EntityTag;
import com.foobar.web.metrics.CacheMetrics.Result;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One client's GET or HEAD on its way through the cache. Belongs to the event loop of its stream. */
final class Exchange implements RequestEvents {
    private enum State {
        DECIDING,
        /** Another exchange has asked for the same. */
        WAITING,
        /** Its own fetch is under way. */
        LEADING,
        /** Its own fetch is over, and its client has yet to take what is left of the response. */
        CATCHING_UP,
        /** Answered, broken off, or handed to the proxy. */
        DONE
    }

    private final ResponseCache cache;
    private final RequestStream stream;
    private final String key;
    private final ClientConditions conditions;
    private final RequestDirectives wanted;
    private final boolean authorization;

    private State state = State.DECIDING;
    private Forward why = Forward.URI_MISS;
    private @Nullable StoredResponse stale;
    private @Nullable Fetch fetch;
    private @Nullable ScheduledFuture<?> timer;
    private @Nullable Backlog backlog;
    private boolean collapsed;
    /** The client was told 304: it has what comes. */
    private boolean bodyUnwanted;

    Exchange(ResponseCache cache, RequestStream stream, String key, RequestDirectives wanted) {
        this.cache = cache;
        this.stream = stream;
        this.key = key;
        this.wanted = wanted;
        Fields fields = stream.head().fields();
        this.conditions = ClientConditions.of(fields);
        this.authorization = fields.has(FieldName.AUTHORIZATION);
    }

    RequestStream stream() {
        return stream;
    }

    void begin() {
        long now = cache.now();
        StoredResponse stored = cache.store().find(key, stream.head().fields());
        if (stored != null) {
            Reuse reuse = Reuse.of(stored.freshness(), wanted, now);
            if (reuse != Reuse.VALIDATE) {
                cache.count(stream, reuse == Reuse.FRESH ? Result.HIT : Result.STALE);
                if (reuse == Reuse.STALE_WHILE_REVALIDATE) {
                    cache.renew(stream, stored);
                }
                serve(stored, (head, left) -> cache.status().hit(head, left));
                return;
            }
            stale = stored;
            why = stored.freshness().isFresh(now) && !stored.freshness().noCache() ? Forward.REQUEST : Forward.STALE;
        } else if (cache.store().has(key)) {
            why = Forward.VARY_MISS;
        }
        if (wanted.onlyIfCached()) {
            onlyIfCached();
        } else if (!stream.head().method().equals(Method.GET)
                || wanted.noStore()
                || (stored == null
                        && (conditions.range() != null || cache.uncacheable().contains(key, authorization, now)))) {
            pass();
        } else {
            ask(stored);
        }
    }

    private void ask(@Nullable StoredResponse stored) {
        boolean share = !collapsed
                && !authorization
                && !wanted.noCache()
                && (stored == null || !stored.freshness().noCache());
        Fetch own = Fetch.of(cache, stream, key, stored, share);
        if (share) {
            Fetch other = cache.register(own);
            if (other != null) {
                waitFor(other);
                return;
            }
        }
        state = State.LEADING;
        fetch = own;
        stream.receive(this);
        if (state == State.LEADING) {
            own.start(this);
        } else {
            own.neverStarted();
        }
    }

    // ---- waiting for another's fetch ----

    private void waitFor(Fetch other) {
        collapsed = true;
        if (!other.join(this)) {
            // What came of it has just become known.
            begin();
            return;
        }
        state = State.WAITING;
        fetch = other;
        timer = stream.eventLoop().schedule(this::waitedEnough, cache.collapseMillis(), TimeUnit.MILLISECONDS);
        stream.receive(this);
    }

    private void waitedEnough() {
        Fetch other = stopWaiting();
        if (other != null) {
            other.leave(this);
            pass();
        }
    }

    private @Nullable Fetch stopWaiting() {
        if (state != State.WAITING) {
            return null;
        }
        state = State.DECIDING;
        ScheduledFuture<?> current = timer;
        if (current != null) {
            current.cancel(false);
        }
        Fetch other = fetch;
        fetch = null;
        return other;
    }

    /** From any thread: the fetch that this waits for is over. */
    void joined(Outcome outcome) {
        stream.eventLoop().execute(() -> {
            if (stopWaiting() != null) {
                decide(outcome);
            }
        });
    }

    private void decide(Outcome outcome) {
        if (outcome instanceof Outcome.Stored stored) {
            StoredResponse response = stored.response();
            if (response.isFor(stream.head().fields())
                    && Reuse.of(response.freshness(), wanted, cache.now()) == Reuse.FRESH) {
                cache.count(stream, Result.COLLAPSED);
                serve(response, (head, left) -> cache.status().collapsed(head, why, left));
            } else {
                begin();
            }
        } else if (outcome instanceof Outcome.Failed failure) {
            StoredResponse stored = stale;
            ProxyError error = failure.error();
            if (stored != null && stored.freshness().mayServeOnError(cache.now())) {
                serveOnError(stored);
            } else if (error != null) {
                failed(error);
            } else {
                pass();
            }
        } else {
            pass();
        }
    }

    // ---- from the fetch that this leads ----

    /** The head of the response, which goes to the client as it comes. */
    void relay(ResponseHead head, boolean stored) {
        cache.count(stream, Result.MISS);
        cache.status().forwarded(head, why, head.status(), stored);
        if (stored && head.status() == 200) {
            String tag = head.fields().get(FieldName.ETAG);
            boolean known = conditions.notModified(
                    tag == null ? null : EntityTag.parse(tag),
                    Freshness.parse(head.fields().get(FieldName.LAST_MODIFIED)));
            if (known) {
                bodyUnwanted = true;
                head.status(304).contentLength(ResponseHead.UNKNOWN_LENGTH);
                dropContentFields(head.fields());
            }
        }
        stream.respond(head);
    }

    /** A piece of the body that is kept as well. A client that takes no more now gets it from there later. */
    void relay(ByteBuf data, Filling kept) {
        if (bodyUnwanted) {
            data.release();
        } else if (takesMore()) {
            stream.write(data);
        } else {
            if (backlog == null) {
                backlog = new Backlog(kept, kept.length() - data.readableBytes());
            }
            data.release();
        }
    }

    /** A piece of the body that is for this client only. */
    void relay(ByteBuf data) {
        Backlog behind = backlog;
        if (bodyUnwanted) {
            data.release();
        } else if (behind != null) {
            behind.add(data);
        } else {
            stream.write(data);
        }
    }

    /** Whether the client has taken nearly all that there is of the body. */
    boolean takesMore() {
        return backlog == null && stream.writable();
    }

    void relayEnd(Fields trailers) {
        Backlog behind = backlog;
        if (behind != null) {
            state = State.CATCHING_UP;
            behind.end(trailers);
        } else {
            state = State.DONE;
            stream.end(bodyUnwanted ? Fields.none() : trailers);
        }
    }

    void broken(ProxyError cause) {
        state = State.DONE;
        dropBacklog();
        stream.abort(cause);
    }

    private void dropBacklog() {
        Backlog behind = backlog;
        if (behind != null) {
            backlog = null;
            behind.drop();
        }
    }

    void failed(ProxyError error) {
        state = State.DONE;
        cache.count(stream, Result.MISS);
        stream.fail(error);
    }

    void serveRevalidated(StoredResponse stored) {
        cache.count(stream, Result.REVALIDATED);
        serve(stored, (head, left) -> cache.status().revalidated(head, why, 304, left));
    }

    void serveOnError(StoredResponse stored) {
        cache.count(stream, Result.STALE);
        serve(stored, (head, left) -> cache.status().staleOnError(head, left));
    }

    // ---- from the client ----

    @Override
    public void writable() {
        Backlog behind = backlog;
        if (behind != null) {
            if (!behind.drain(stream)) {
                return;
            }
            backlog = null;
            if (state == State.CATCHING_UP) {
                state = State.DONE;
                stream.end(behind.trailers());
                return;
            }
        }
        Fetch current = fetch;
        if (state == State.LEADING && current != null) {
            current.proceed();
        }
    }

    @Override
    public void aborted(ProxyError cause) {
        Fetch current = fetch;
        boolean leading = state == State.LEADING;
        Fetch other = stopWaiting();
        state = State.DONE;
        dropBacklog();
        if (other != null) {
            other.leave(this);
        } else if (leading && current != null) {
            current.leaderLeft(cause);
        }
    }

    // ---- answers ----

    private interface Status {
        void tell(ResponseHead head, long left);
    }

    private void serve(StoredResponse stored, Status status) {
        state = State.DONE;
        cache.serve(
                stream,
                stored,
                conditions,
                head -> status.tell(head, Math.floorDiv(stored.freshness().left(cache.now()), 1000L)));
    }

    /** Has the request forwarded as it is, and its response not stored. */
    void pass() {
        state = State.DONE;
        cache.count(stream, Result.BYPASS);
        cache.pass(stream, stale);
    }

    private void onlyIfCached() {
        state = State.DONE;
        cache.count(stream, Result.BYPASS);
        String requestId = stream.record().requestId();
        Problem problem = new Problem(
                504,
                "Gateway Timeout",
                "Only a stored response was wanted (only-if-cached), and there is none.",
                requestId.isEmpty() ? null : requestId);
        ResponseHead head =
                ResponseHead.of(504).add(FieldName.CONTENT_TYPE, Problem.JSON).add(FieldName.CACHE_CONTROL, "no-store");
        stream.respond(head, ByteBufUtil.writeUtf8(stream.allocator(), problem.json()));
    }

    /** Takes out of the fields what a 304 does not say (RFC 9110 §15.4.5). */
    static void dropContentFields(Fields fields) {
        fields.remove(FieldName.CONTENT_TYPE)
                .remove(FieldName.CONTENT_ENCODING)
                .remove(FieldName.CONTENT_RANGE)
                .remove("content-language");
    }

    static String age(StoredResponse stored, long now) {
        return Long.toString(Math.min(CacheControl.FOREVER, stored.freshness().age(now) / 1000));
    }
}
