package com.foobar.web.cache;

import com.foobar.http.message.FieldName;
import com.foobar.http.message.Fields;

/**
 * What a request wants of a cache (RFC 9111 §5.2.1). Milliseconds; -1 where it does not say.
 *
 * @param noCache      use nothing that was not validated for this request
 * @param noStore      store nothing of this exchange
 * @param onlyIfCached do not ask
 * @param maxAge       use nothing older
 * @param minFresh     use nothing that is not fresh for that long still
 * @param maxStale     what is stale for less may be used
 */
record RequestDirectives(
        boolean noCache, boolean noStore, boolean onlyIfCached, long maxAge, long minFresh, long maxStale) {
    static final RequestDirectives NONE = new RequestDirectives(false, false, false, -1, -1, -1);

    static RequestDirectives of(Fields request) {
        if (!request.has(FieldName.CACHE_CONTROL)) {
            // RFC 9111 §5.4, for clients of HTTP/1.0.
            String pragma = request.get("pragma");
            return pragma != null && CacheControl.parse(pragma).has("no-cache")
                    ? new RequestDirectives(true, false, false, -1, -1, -1)
                    : NONE;
        }
        CacheControl control = CacheControl.parse(request.joined(FieldName.CACHE_CONTROL));
        return new RequestDirectives(
                control.has("no-cache"),
                control.has("no-store"),
                control.has("only-if-cached"),
                millis(control.seconds("max-age")),
                millis(control.seconds("min-fresh")),
                millis(control.secondsOrForever("max-stale")));
    }

    private static long millis(long seconds) {
        return seconds < 0 ? -1 : seconds * 1000;
    }
}
