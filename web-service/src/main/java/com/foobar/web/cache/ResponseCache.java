package com.foobar.web.cache;

import com.foobar.http.exchange.ProxyError;
import com.foobar.http.exchange.RequestHandler;
import com.foobar.http.exchange.RequestStream;
import com.foobar.http.message.FieldName;
import com.foobar.http.message.Fields;
import com.foobar.http.message.Method;
import com.foobar.http.message.RequestHead;
import com.foobar.http.message.ResponseHead;
import com.foobar.web.conditional.ByteRange;
import com.foobar.web.config.CacheSettings;
import com.foobar.web.metrics.CacheMetrics;
import io.netty.buffer.Unpooled;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A shared cache (RFC 9111) before the handler that forwards requests. GET and HEAD are answered with stored responses where that is allowed; successful requests of unsafe methods
 * make what is stored for their URI invalid; everything else is forwarded as it is. Serves any number of event loops.
 */
public final class ResponseCache implements RequestHandler {
    private static final Logger log = LoggerFactory.getLogger(ResponseCache.class);

    private final RequestHandler proxy;
    private final CacheSettings settings;
    private final long unattendedMillis;
    private final Clock clock;
    private final CacheMetrics metrics;
    private final CacheStatus status;
    private final ResponseStore store;
    private final UncacheableKeys uncacheable = new UncacheableKeys();
    /** Those that others may join, by key. */
    private final Map<String, Fetch> fetches = new ConcurrentHashMap<>();

    /**
     * @param proxy      forwards what is not answered from here
     * @param unattended how long a fetch that no client follows may take
     * @param instance   this cache's name in {@code Cache-Status}
     */
    public ResponseCache(
            RequestHandler proxy,
            CacheSettings settings,
            Duration unattended,
            String instance,
            CacheMetrics metrics,
            Clock clock) {
        this.proxy = proxy;
        this.settings = settings;
        this.unattendedMillis = unattended.toMillis();
        this.clock = clock;
        this.metrics = metrics;
        this.status = new CacheStatus(instance, settings.status());
        this.store = new ResponseStore(settings.memory().bytes());
    }

    @Override
    public void handle(RequestStream stream) {
        RequestHead head = stream.head();
        Fields fields = head.fields();
        boolean reads = head.method().equals(Method.GET) || head.method().equals(Method.HEAD);
        if (!head.method().safe()) {
            proxy.handle(invalidating(stream));
        } else if (!reads
                || head.hasBody()
                || head.upgrade() != null
                || fields.has(FieldName.IF_MATCH)
                || fields.has(FieldName.IF_UNMODIFIED_SINCE)) {
            // The last two are for the origin alone (RFC 9111 §4.3.2).
            if (reads) {
                count(stream, CacheMetrics.Result.BYPASS);
            }
            proxy.handle(stream);
        } else {
            RequestDirectives wanted =
                    settings.requestDirectives() ? RequestDirectives.of(fields) : RequestDirectives.NONE;
            new Exchange(this, stream, CacheKeys.of(stream), wanted).begin();
        }
    }

    /** RFC 9111 §4.4. Before the client sees that its change was made, so that its next request sees the change. */
    private RequestStream invalidating(RequestStream stream) {
        String origin = CacheKeys.origin(stream);
        String key = origin + stream.head().target();
        return new ObservedStream(stream, head -> {
            if (head.status() >= 200 && head.status() < 400) {
                invalidate(key);
                invalidate(CacheKeys.sameOrigin(origin, head.fields().get(FieldName.LOCATION)));
                invalidate(CacheKeys.sameOrigin(origin, StoragePolicy.joined(head.fields(), "content-location")));
            }
        });
    }

    private void invalidate(@Nullable String key) {
        if (key != null) {
            metrics.invalidated(store.invalidate(key));
        }
    }

    // ---- management ----

    /**
     * Removes all stored responses whose path is that one, whatever their host and query, or begins with it.
     *
     * @return how many
     */
    public int purge(String path, boolean prefix) {
        int purged = store.invalidateIf(key -> {
            String target = CacheKeys.target(key);
            return target.startsWith(path)
                    && (prefix || target.length() == path.length() || target.charAt(path.length()) == '?');
        });
        log.info("purged {} stored responses with {} {}", purged, prefix ? "prefix" : "path", path);
        return purged;
    }

    /** Removes all stored responses. Returns how many there were. */
    public int purgeAll() {
        int purged = store.invalidateIf(key -> true);
        log.info("purged all {} stored responses", purged);
        return purged;
    }

    /** Bytes of all stored responses. */
    public long bytes() {
        return store.bytes();
    }

    /** Bytes of responses on their way in. */
    public long incoming() {
        return store.incoming();
    }

    public int responses() {
        return store.count();
    }

    public long evictions() {
        return store.evictions();
    }

    // ---- for exchanges and fetches ----

    long now() {
        return clock.millis();
    }

    ResponseStore store() {
        return store;
    }

    UncacheableKeys uncacheable() {
        return uncacheable;
    }

    CacheStatus status() {
        return status;
    }

    int maxObject() {
        return settings.maxObject().toInt();
    }

    long collapseMillis() {
        return settings.collapseTimeout().toMillis();
    }

    long slowClientMillis() {
        return settings.slowClientTimeout().toMillis();
    }

    long unattendedMillis() {
        return unattendedMillis;
    }

    /** Tells metrics and the access log what was done with a request. */
    void count(RequestStream stream, CacheMetrics.Result result) {
        metrics.count(result);
        stream.record().cacheResult(result.label());
    }

    /** Makes it the one to be joined for its key; returns the one that is already. */
    @Nullable
    Fetch register(Fetch fetch) {
        return fetches.putIfAbsent(fetch.key(), fetch);
    }

    /** Nobody may join it any more. */
    void fetched(Fetch fetch) {
        fetches.remove(fetch.key(), fetch);
    }

    /** Asks for it in the background, unless that is being done. */
    void renew(RequestStream stream, StoredResponse stored) {
        Fetch fetch = Fetch.of(this, stream, stored.key(), stored, true);
        if (register(fetch) == null) {
            metrics.renewed();
            fetch.start(null);
        }
    }

    void forward(Fetch fetch) {
        try {
            proxy.handle(fetch);
        } catch (RuntimeException e) {
            log.error("{} could not be asked for", fetch.key(), e);
            fetch.fail(new ProxyError.Internal());
        }
    }

    /** Forwards a request as it is. The response to HEAD still tells whether what is stored is current. */
    void pass(RequestStream stream, @Nullable StoredResponse stored) {
        if (stored == null || !stream.head().method().equals(Method.HEAD)) {
            proxy.handle(stream);
            return;
        }
        long requestedAt = now();
        long generation = store.generation(stored.key());
        proxy.handle(new ObservedStream(stream, head -> {
            if (stream.record().error() != null || head.status() != stored.status()) {
                return;
            }
            if (stored.isDescribedBy(head.fields(), head.contentLength())) {
                update(stored, head.fields(), stream.head().fields(), requestedAt, generation);
            } else {
                store.remove(stored);
            }
        }));
    }

    /** What a validation has made of a stored response: it is stored in its place, unless its new fields forbid it. */
    StoredResponse update(StoredResponse stored, Fields newer, Fields request, long requestedAt, long generation) {
        Fields merged = stored.updatedBy(newer);
        StoragePolicy policy =
                StoragePolicy.of(stored.status(), merged, request.has(FieldName.AUTHORIZATION), requestedAt, now());
        Vary vary = Vary.of(merged, request);
        if (policy == null || vary == null) {
            store.remove(stored);
            return stored.with(merged, stored.vary(), StoragePolicy.once(requestedAt, now(), merged));
        }
        StoredResponse updated = stored.with(merged, vary, policy);
        if (!vary.equals(stored.vary())) {
            store.remove(stored);
        }
        store.put(updated, generation);
        return updated;
    }

    void serve(
            RequestStream stream, StoredResponse stored, ClientConditions conditions, Consumer<ResponseHead> status) {
        ResponseHead head = ResponseHead.of(stored.status());
        Fields fields = stored.fields();
        for (int slot = 0; slot < fields.slots(); slot++) {
            head.fields().addFrom(fields, slot);
        }
        head.add(FieldName.AGE, Exchange.age(stored, now()));
        String requestId = stream.record().requestId();
        if (!requestId.isEmpty()) {
            head.add(FieldName.X_REQUEST_ID, requestId);
        }
        status.accept(head);
        byte[] body = stored.body();
        ByteRange part = null;
        if (stored.status() == 200) {
            if (conditions.notModified(stored.tag(), stored.modified())) {
                Exchange.dropContentFields(head.fields());
                stream.respond(head.status(304));
                stream.end();
                return;
            }
            part = stream.head().method().equals(Method.GET) ? conditions.part(stored) : null;
        }
        if (part != null && part.isUnsatisfiable()) {
            head.fields().remove(FieldName.CONTENT_TYPE).remove(FieldName.CONTENT_ENCODING);
            head.status(416).add(FieldName.CONTENT_RANGE, ByteRange.unsatisfiedContentRange(body.length));
            stream.respond(head, Unpooled.EMPTY_BUFFER);
            return;
        }
        if (part != null) {
            head.status(206).add(FieldName.CONTENT_RANGE, part.contentRange(body.length));
        }
        int offset = part == null ? 0 : (int) part.first();
        int length = part == null ? body.length : (int) part.length();
        stream.respond(head, Unpooled.wrappedBuffer(body, offset, length));
    }
}
