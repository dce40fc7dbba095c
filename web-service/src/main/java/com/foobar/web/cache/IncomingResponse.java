package com.foobar.web.cache;

import com.foobar.http.message.Fields;
import com.foobar.http.message.ResponseHead;

/** A response that is to be stored, on its way in. Belongs to the event loop of its fetch. */
final class IncomingResponse {
    private final String key;
    private final int status;
    private final Fields fields;
    private final Vary vary;
    private final StoragePolicy policy;
    private final Filling body;

    /** @param head of the response; what it says now is kept, what is added to it for a client is not */
    IncomingResponse(String key, ResponseHead head, Vary vary, StoragePolicy policy, Filling body) {
        this.key = key;
        this.status = head.status();
        this.fields = copy(head.fields());
        this.vary = vary;
        this.policy = policy;
        this.body = body;
    }

    private static Fields copy(Fields fields) {
        Fields copy = new Fields();
        for (int slot = 0; slot < fields.slots(); slot++) {
            if (!fields.isRemoved(slot)) {
                copy.addFrom(fields, slot);
            }
        }
        return copy;
    }

    /** What there is of the body. */
    Filling body() {
        return body;
    }

    /** With all of the body. */
    StoredResponse complete() {
        return StoredResponse.of(key, status, fields, body.bytes(), vary, policy);
    }
}
