package com.foobar.http.exchange;

import com.foobar.http.message.FieldName;
import com.foobar.http.message.ResponseHead;
import com.foobar.http.message.StatusText;
import com.foobar.kit.http.Problem;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one place where an error becomes a response: problem+json (RFC 9457), or a small page for those who prefer HTML, or the page that an operator has made for it; for gRPC a status of its own. */
public final class ErrorResponses {
    /** What a client that got 503 is asked to wait, in seconds. */
    static final String RETRY_AFTER = "2";

    /** A page or problem of our own needs nothing of a browser, and is in no other page (OWASP REST Security). */
    private static final String POLICY = "default-src 'none'; frame-ancestors 'none'";

    private static final Logger log = LoggerFactory.getLogger(ErrorResponses.class);

    private ErrorResponses() {}

    /** Answers with that error; the response must not have begun. */
    static void answer(RequestStream stream, ProxyError error) {
        int status = error.status();
        if (status >= 500) {
            log.debug("{} {}: {} {}", stream.head().method(), stream.head().target(), status, error.diagnosis());
        }
        RequestIdentity.establish(stream);
        if (GrpcStatus.isWanted(stream.head())) {
            GrpcStatus.answer(stream, error);
            return;
        }
        String requestId = stream.record().requestId();
        Problem problem = new Problem(status, StatusText.phrase(status), error.detail(), requestId);
        ErrorPages.Page page =
                error instanceof ProxyError.Maintenance maintenance ? maintenance.page() : stream.errorPage(status);
        boolean html = Problem.prefersHtml(stream.head().fields().get(FieldName.ACCEPT));
        ResponseHead head = ResponseHead.of(status)
                .add(
                        FieldName.CONTENT_TYPE,
                        page != null
                                ? page.mediaType()
                                : html ? "text/html; charset=utf-8" : "application/problem+json")
                .add(FieldName.CACHE_CONTROL, "no-store");
        if (page != null) {
            head.fields().addMissing(page.fields());
        } else {
            head.add("Content-Security-Policy", POLICY);
        }
        if (head.fields().get("x-content-type-options") == null) {
            head.add("X-Content-Type-Options", "nosniff");
        }
        if (status == 503) {
            head.add(FieldName.RETRY_AFTER, RETRY_AFTER);
        }
        if (error instanceof ProxyError.RateLimited limited) {
            head.add(FieldName.RETRY_AFTER, Integer.toString(limited.retryAfterSeconds()));
        } else if (error instanceof ProxyError.ConcurrencyLimited) {
            head.add(FieldName.RETRY_AFTER, "1");
        }
        if (error instanceof ProxyError.MethodNotAllowed notAllowed) {
            head.add(FieldName.ALLOW, notAllowed.allow());
        }
        head.add(FieldName.X_REQUEST_ID, requestId);
        stream.respond(
                head,
                page != null
                        ? Unpooled.wrappedBuffer(page.content())
                        : ByteBufUtil.writeUtf8(stream.allocator(), html ? problem.html() : problem.json()));
    }
}
