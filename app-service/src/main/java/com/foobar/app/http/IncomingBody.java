package com.foobar.app.http;

import com.foobar.app.metrics.AppMetrics;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;

/** One body on its way in. For its event loop only. */
final class IncomingBody {
    private final Vertx vertx;
    private final HttpServerRequest request;
    private final long maxSize;
    private final Duration timeout;
    private final BodyBudget budget;
    private final AppMetrics metrics;
    private final Promise<Buffer> whole = Promise.promise();
    private Buffer kept = Buffer.buffer();
    private int held;

    IncomingBody(
            Vertx vertx,
            HttpServerRequest request,
            long maxSize,
            Duration timeout,
            BodyBudget budget,
            AppMetrics metrics) {
        this.vertx = vertx;
        this.request = request;
        this.maxSize = maxSize;
        this.timeout = timeout;
        this.budget = budget;
        this.metrics = metrics;
    }

    /** All of it; fails with {@link ApiError}, and then keeps none of it. What is still to come is dropped. */
    Future<Buffer> read() {
        long timer = vertx.setTimer(timeout.toMillis(), late -> refuse(ApiError.bodyTooSlow(timeout)));
        whole.future().onComplete(ended -> vertx.cancelTimer(timer));
        if (declaredLength() > maxSize) {
            refuse(ApiError.tooLarge(maxSize));
        }
        request.handler(this::receive);
        // The client has gone, or what it sends is no body any more and the connection is closed: nobody sees this
        // answer.
        request.exceptionHandler(failure -> refuse(ApiError.malformed("cannot be read to its end")));
        request.endHandler(end -> whole.tryComplete(kept));
        request.resume();
        return whole.future();
    }

    private void receive(Buffer part) {
        if (whole.future().isComplete()) {
            RequestBodies.closeAfter(request, maxSize + RequestBodies.MAX_DROPPED);
        } else if (request.bytesRead() > maxSize) {
            refuse(ApiError.tooLarge(maxSize));
        } else if (!budget.take(part.length())) {
            metrics.bodyRefused();
            refuse(ApiError.busy(Failures.BUSY));
        } else {
            held += part.length();
            kept.appendBuffer(part);
        }
    }

    private void refuse(ApiError error) {
        if (whole.tryFail(error)) {
            kept = Buffer.buffer();
        }
    }

    /** Counts it no more, as nobody has use for it. */
    void giveBack() {
        budget.giveBack(held);
        held = 0;
    }

    private long declaredLength() {
        String length = request.getHeader("Content-Length");
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            // Longer than a long: the HTTP decoder has refused everything else.
            return Long.MAX_VALUE;
        }
    }
}
