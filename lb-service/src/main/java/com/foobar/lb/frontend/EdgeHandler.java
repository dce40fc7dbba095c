package com.foobar.lb.frontend;

import com.foobar.http.exchange.RequestHandler;
import com.foobar.http.exchange.RequestStream;
import com.foobar.http.message.FieldName;
import com.foobar.http.message.Fields;
import com.foobar.kit.observability.RequestId;
import com.foobar.kit.observability.TraceContext;
import org.jspecify.annotations.Nullable;

/**
 * What is done to every request at the edge: it gets a request id and a place in a trace, unless it brought some that can be
 * used, for the tiers behind and for the log; the response tells the client the id.
 */
final class EdgeHandler implements RequestHandler {
    private final RequestHandler next;
    private final @Nullable String hsts;

    /** @param hsts value of {@code Strict-Transport-Security}, or null to send none */
    EdgeHandler(RequestHandler next, @Nullable String hsts) {
        this.next = next;
        this.hsts = hsts;
    }

    @Override
    public void handle(RequestStream stream) {
        Fields fields = stream.head().fields();
        String sent = fields.get(FieldName.X_REQUEST_ID);
        String requestId = sent != null && RequestId.isAcceptable(sent) ? sent : RequestId.make();
        TraceContext parent = TraceContext.parse(fields.get(FieldName.TRACEPARENT));
        TraceContext trace = parent == null ? TraceContext.root() : parent.child();
        fields.set(FieldName.X_REQUEST_ID, requestId);
        fields.set(FieldName.TRACEPARENT, trace.header());
        if (parent == null) {
            // It belongs to the trace that we do not continue (W3C Trace Context §3.3).
            fields.remove(FieldName.TRACESTATE);
        }
        stream.record().identify(requestId, trace.traceId());
        next.handle(new EdgeStream(stream, requestId, hsts));
    }
}
