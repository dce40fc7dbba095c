package com.foobar.web.conditional;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The conditions of one GET or HEAD request, each null where the request has none.
 *
 * <p>Fields sent on several lines are joined by a comma first.
 */
public record Preconditions(
        @Nullable String ifMatch,
        @Nullable String ifUnmodifiedSince,
        @Nullable String ifNoneMatch,
        @Nullable String ifModifiedSince,
        @Nullable String ifRange) {

    public static final Preconditions NONE = new Preconditions(null, null, null, null, null);

    /** How long a file must have been left alone before its date counts as a strong validator (RFC 9110 §8.8.2.2). */
    private static final Duration QUIET = Duration.ofSeconds(60);

    /** What the conditions decide. */
    public enum Verdict {
        /** Answer as if there were no conditions. */
        PROCEED,
        /** 304: the client's copy is current. */
        NOT_MODIFIED,
        /** 412: the client wants to act on another version. */
        FAILED
    }

    /**
     * Decides in the order of RFC 9110 §13.2.2.
     *
     * @param lastModified when the file last changed; compared by whole seconds, as dates in HTTP have no more
     */
    public Verdict evaluate(EntityTag tag, Instant lastModified) {
        long modified = lastModified.getEpochSecond();
        if (ifMatch != null) {
            if (!tag.isNamedIn(ifMatch, true)) {
                return Verdict.FAILED;
            }
        } else if (ifUnmodifiedSince != null) {
            Instant since = HttpDates.parse(ifUnmodifiedSince);
            if (since != null && modified > since.getEpochSecond()) {
                return Verdict.FAILED;
            }
        }
        if (ifNoneMatch != null) {
            return tag.isNamedIn(ifNoneMatch, false) ? Verdict.NOT_MODIFIED : Verdict.PROCEED;
        }
        if (ifModifiedSince != null) {
            Instant since = HttpDates.parse(ifModifiedSince);
            if (since != null && modified <= since.getEpochSecond()) {
                return Verdict.NOT_MODIFIED;
            }
        }
        return Verdict.PROCEED;
    }

    /**
     * Whether a Range field may be obeyed (RFC 9110 §13.1.5): no If-Range, or one that names exactly this version by a
     * strong validator. A date is one only if the file has been left alone for a minute, so that the second it names
     * cannot hold two versions of which the client has the first.
     */
    public boolean allowRange(EntityTag tag, Instant lastModified, Instant now) {
        if (ifRange == null) {
            return true;
        }
        EntityTag named = EntityTag.parse(ifRange);
        if (named != null) {
            return tag.equalsStrongly(named);
        }
        Instant date = HttpDates.parse(ifRange);
        return date != null
                && date.getEpochSecond() == lastModified.getEpochSecond()
                && lastModified.plus(QUIET).isBefore(now);
    }
}
