package com.foobar.web.cache;

import com.foobar.http.message.FieldName;
import com.foobar.http.message.Fields;
import com.foobar.web.conditional.ByteRange;
import com.foobar.web.conditional.EntityTag;
import com.foobar.web.conditional.HttpDates;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a client has already and what part it wants, answered from what the cache has (RFC 9111 §4.3.2). Values are joined lines, null where there is none.
 */
record ClientConditions(
        @Nullable String ifNoneMatch,
        @Nullable String ifModifiedSince,
        @Nullable String range,
        @Nullable String ifRange) {

    static ClientConditions of(Fields request) {
        return new ClientConditions(
                request.joined(FieldName.IF_NONE_MATCH),
                request.joined(FieldName.IF_MODIFIED_SINCE),
                request.joined(FieldName.RANGE),
                request.joined(FieldName.IF_RANGE));
    }

    /** Whether the client has it. */
    boolean notModified(@Nullable EntityTag tag, @Nullable Instant modified) {
        if (ifNoneMatch != null) {
            return ifNoneMatch.strip().equals("*") || (tag != null && tag.isNamedIn(ifNoneMatch, false));
        }
        Instant since = ifModifiedSince == null ? null : HttpDates.parse(ifModifiedSince);
        return since != null && modified != null && !modified.isAfter(since);
    }

    /** The one part that is wanted, {@link ByteRange#UNSATISFIABLE}, or null for the whole. */
    @Nullable
    ByteRange part(StoredResponse stored) {
        if (range == null) {
            return null;
        }
        if (ifRange != null) {
            // A date would do only if we knew that it is a strong validator, which only the origin does.
            EntityTag named = EntityTag.parse(ifRange);
            EntityTag tag = stored.tag();
            if (named == null || tag == null || !tag.equalsStrongly(named)) {
                return null;
            }
        }
        return ByteRange.parse(range, stored.body().length);
    }
}
