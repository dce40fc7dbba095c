package com.foobar.web;

import com.foobar.http.exchange.RequestStream;
import com.foobar.http.message.FieldName;
import com.foobar.http.message.Fields;
import com.foobar.kit.observability.RequestId;
import com.foobar.kit.observability.TraceContext;

/**
 * Gives each request the id and trace that the load balancer gave it, or new ones where it came without, and has them
 * passed on to the next tier.
 */
final class RequestIdentity {
    private RequestIdentity() {}

    static void identify(RequestStream stream) {
        Fields fields = stream.head().fields();
        String requestId = fields.get(FieldName.X_REQUEST_ID);
        if (requestId == null || !RequestId.isAcceptable(requestId)) {
            requestId = RequestId.make();
            fields.set(FieldName.X_REQUEST_ID, requestId);
        }
        TraceContext received = TraceContext.parse(fields.get(FieldName.TRACEPARENT));
        TraceContext ours = received == null ? TraceContext.root() : received.child();
        fields.set(FieldName.TRACEPARENT, ours.header());
        if (received == null) {
            // It belonged to the trace that could not be read (W3C Trace Context §3.3.1.3).
            fields.remove(FieldName.TRACESTATE);
        }
        stream.record().identify(requestId, ours.traceId());
    }
}
