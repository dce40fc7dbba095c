package com.foobar.http.exchange;

import com.foobar.http.message.FieldName;
import com.foobar.http.message.Fields;
import com.foobar.kit.observability.RequestId;
import com.foobar.kit.observability.TraceContext;
import org.jspecify.annotations.Nullable;

/** What a request is called in every tier's logs: X-Request-Id and traceparent, kept where they came in good order and made where they did not. */
public final class RequestIdentity {
    private RequestIdentity() {}

    /** Puts both into the request's head, for the next tier, and into its record; does nothing if the record has an id already. */
    public static void establish(RequestStream stream) {
        if (!stream.record().requestId().isEmpty()) {
            return;
        }
        Fields fields = stream.head().fields();
        String given = single(fields, FieldName.X_REQUEST_ID);
        String requestId = given != null && RequestId.isAcceptable(given) ? given : RequestId.make();
        TraceContext trace = trace(fields);
        if (given == null || !given.equals(requestId)) {
            fields.set(FieldName.X_REQUEST_ID, requestId);
        }
        fields.set(FieldName.TRACEPARENT, trace.header());
        stream.record().identify(requestId, trace.traceId());
    }

    private static TraceContext trace(Fields fields) {
        TraceContext given = TraceContext.parse(single(fields, FieldName.TRACEPARENT));
        if (given == null) {
            // State belongs to the trace that is dropped (W3C Trace Context §3.3).
            fields.remove(FieldName.TRACESTATE);
            return TraceContext.root();
        }
        return given.child();
    }

    private static @Nullable String single(Fields fields, FieldName name) {
        int slot = fields.find(name);
        return slot < 0 || fields.find(name, slot + 1) >= 0 ? null : fields.value(slot);
    }
}
