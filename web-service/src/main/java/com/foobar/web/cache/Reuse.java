package com.foobar.web.cache;

/** Whether a stored response may answer a request (RFC 9111 §4). */
enum Reuse {
    /** As it is. */
    FRESH,
    /** Stale, but the client said that it does not mind. */
    STALE_ACCEPTED,
    /** Stale, but now, while it is asked for in the background (RFC 5861 §3). */
    STALE_WHILE_REVALIDATE,
    /** Only after asking. */
    VALIDATE;

    static Reuse of(Freshness freshness, RequestDirectives wanted, long now) {
        if (freshness.noCache() || wanted.noCache()) {
            return VALIDATE;
        }
        if (wanted.maxAge() >= 0 && freshness.age(now) > wanted.maxAge()) {
            return VALIDATE;
        }
        long left = freshness.left(now);
        if (left > 0) {
            return wanted.minFresh() >= 0 && left < wanted.minFresh() ? VALIDATE : FRESH;
        }
        if (!freshness.mustRevalidate() && wanted.maxStale() >= 0 && -left <= wanted.maxStale()) {
            return STALE_ACCEPTED;
        }
        return freshness.mayServeWhileRevalidating(now) && wanted.maxAge() < 0 && wanted.minFresh() < 0
                ? STALE_WHILE_REVALIDATE
                : VALIDATE;
    }
}
