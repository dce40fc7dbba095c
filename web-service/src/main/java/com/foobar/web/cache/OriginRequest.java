package com.foobar.web.cache;

import com.foobar.http.message.FieldName;
import com.foobar.http.message.Fields;
import com.foobar.http.message.RequestHead;
import org.jspecify.annotations.Nullable;

/** Makes the head of the request that the cache itself sends for a client's. */
final class OriginRequest {
    private OriginRequest() {}

    /**
     * The request without the client's own conditions, with those of the stored response (RFC 9111 §4.3.1). Where nothing is stored, a request with {@code Authorization} keeps its own:
     * what comes is seldom to be stored, and nobody else waits for it, so a 304 is worth more than a body.
     *
     * @param stale what is to be validated, or null
     */
    static RequestHead of(RequestHead client, @Nullable StoredResponse stale) {
        RequestHead head = new RequestHead();
        head.protocol(client.protocol());
        Fields fields = client.fields();
        boolean keepsConditions = stale == null && fields.has(FieldName.AUTHORIZATION);
        for (int slot = 0; slot < fields.slots(); slot++) {
            if (!fields.isRemoved(slot) && (keepsConditions || !isCondition(fields.known(slot)))) {
                head.fields().addFrom(fields, slot);
            }
        }
        if (stale != null) {
            validate(head.fields(), stale);
        }
        head.target(client.target());
        return head;
    }

    private static boolean isCondition(@Nullable FieldName name) {
        return name == FieldName.IF_NONE_MATCH
                || name == FieldName.IF_MODIFIED_SINCE
                || name == FieldName.IF_RANGE
                || name == FieldName.RANGE;
    }

    private static void validate(Fields fields, StoredResponse stale) {
        String tag = stale.fields().get(FieldName.ETAG);
        String date = stale.fields().get(FieldName.LAST_MODIFIED);
        if (tag != null) {
            fields.add(FieldName.IF_NONE_MATCH, tag);
        }
        if (date != null) {
            fields.add(FieldName.IF_MODIFIED_SINCE, date);
        }
    }
}
