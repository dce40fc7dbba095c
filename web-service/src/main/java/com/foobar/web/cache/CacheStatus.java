package com.foobar.web.cache;

import com.foobar.http.message.ResponseHead;

/** Says in {@code Cache-Status} (RFC 9211) what this cache did with a request. */
final class CacheStatus {
    private static final String FIELD = "Cache-Status";

    /** Why a request was forwarded (RFC 9211 §2.2). */
    enum Forward {
        BYPASS("bypass"),
        METHOD("method"),
        URI_MISS("uri-miss"),
        VARY_MISS("vary-miss"),
        REQUEST("request"),
        STALE("stale"),
        PARTIAL("partial");

        private final String text;

        Forward(String text) {
            this.text = text;
        }
    }

    private final String name;
    private final boolean enabled;

    /** @param instance becomes the cache's name */
    CacheStatus(String instance, boolean enabled) {
        boolean token = !instance.isEmpty()
                && Character.isLetter(instance.charAt(0))
                && instance.chars().allMatch(CacheControl::isTokenChar);
        this.name = token ? instance : '"' + instance.replaceAll("[^ -~]|[\"\\\\]", "_") + '"';
        this.enabled = enabled;
    }

    /** @param left seconds for which the response is fresh still; negative if it is stale */
    void hit(ResponseHead head, long left) {
        if (enabled) {
            head.add(FIELD, name + "; hit; ttl=" + left);
        }
    }

    /** A response that came for this request. */
    void forwarded(ResponseHead head, Forward why, int status, boolean stored) {
        if (enabled) {
            head.add(FIELD, name + "; fwd=" + why.text + "; fwd-status=" + status + (stored ? "; stored" : ""));
        }
    }

    /** A stored response, after its origin had been asked. */
    void revalidated(ResponseHead head, Forward why, int status, long left) {
        if (enabled) {
            head.add(FIELD, name + "; fwd=" + why.text + "; fwd-status=" + status + "; ttl=" + left);
        }
    }

    /** A stored response in the place of an error. */
    void staleOnError(ResponseHead head, long left) {
        if (enabled) {
            head.add(FIELD, name + "; hit; ttl=" + left + "; detail=stale-if-error");
        }
    }

    /** A response that another request had asked for. */
    void collapsed(ResponseHead head, Forward why, long left) {
        if (enabled) {
            head.add(FIELD, name + "; fwd=" + why.text + "; collapsed; ttl=" + left);
        }
    }
}
