package com.foobar.web.cache;

import com.foobar.http.message.FieldName;
import com.foobar.http.message.Fields;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether and how a response to a GET may be stored by a shared cache (RFC 9111 §3). Only what the origin marks is: it gives a lifetime, or it asks for validation at each use and
 * has something to validate by.
 *
 * @param freshness     of the response
 * @param authorized    whether it may answer requests with {@code Authorization} (§3.5)
 * @param withheld      names of fields in lower case that are not stored
 */
record StoragePolicy(Freshness freshness, boolean authorized, Set<String> withheld) {
    /** Statuses whose meaning we know, for {@code must-understand} (RFC 9111 §5.2.2.3). */
    private static final Set<Integer> UNDERSTOOD =
            Set.of(200, 203, 204, 300, 301, 302, 303, 307, 308, 400, 401, 403, 404, 405, 410, 414, 500, 501, 502, 503);

    /**
     * @param authorization whether the request had {@code Authorization}
     * @return null if the response must not be stored
     */
    static @Nullable StoragePolicy of(
            int status, Fields fields, boolean authorization, long requestedAt, long receivedAt) {
        if (status < 200 || status == 206 || status == 304) {
            return null;
        }
        CacheControl targeted = TargetedCacheControl.parse(joined(fields, "cdn-cache-control"));
        CacheControl control = targeted != null ? targeted : CacheControl.parse(fields.joined(FieldName.CACHE_CONTROL));
        boolean mustUnderstand = control.has("must-understand");
        if (mustUnderstand && !UNDERSTOOD.contains(status)) {
            return null;
        }
        if ((control.has("no-store") && !mustUnderstand) || control.hasUnqualified("private")) {
            return null;
        }
        boolean shared = control.has("public") || control.has("s-maxage") || control.has("must-revalidate");
        Set<String> withheld = control.qualifiedFields();
        if (authorization && !shared) {
            return null;
        }
        // RFC 9111 does not mind cookies; who is given another's session does.
        if (fields.has(FieldName.SET_COOKIE) && !control.has("public") && !withheld.contains("set-cookie")) {
            return null;
        }
        Freshness freshness = Freshness.of(fields, control, targeted != null, requestedAt, receivedAt);
        boolean marked = Freshness.lifetime(fields, control, targeted != null, receivedAt) >= 0
                || control.has("no-cache")
                || control.has("public");
        boolean usable = (freshness.lifetime() > 0 && !freshness.noCache())
                || fields.has(FieldName.ETAG)
                || fields.has(FieldName.LAST_MODIFIED);
        return marked && usable ? new StoragePolicy(freshness, shared, withheld) : null;
    }

    /** Of what may be used for one request only. */
    static StoragePolicy once(long requestedAt, long receivedAt, Fields fields) {
        Freshness freshness = Freshness.of(fields, CacheControl.parse("no-cache"), true, requestedAt, receivedAt);
        return new StoragePolicy(freshness, false, Set.of());
    }

    /** All lines of a field that {@link FieldName} does not know, joined; the name in lower case. */
    static @Nullable String joined(Fields fields, String name) {
        String joined = null;
        for (int slot = 0; slot < fields.slots(); slot++) {
            if (!fields.isRemoved(slot) && fields.nameIs(slot, name)) {
                joined = joined == null ? fields.value(slot) : joined + ", " + fields.value(slot);
            }
        }
        return joined;
    }
}
