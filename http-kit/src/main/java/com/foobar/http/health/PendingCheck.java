package com.foobar.http.health;

import com.foobar.http.backend.CheckStatus;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;

/** A check under way: it ends once, by a result or when its time is over. Belongs to one event loop. */
final class PendingCheck {
    private final Vertx vertx;
    private final Promise<CheckResult> result = Promise.promise();
    private final long timer;
    private boolean connected;

    /** @param cleanup run in every case when the check ends */
    PendingCheck(Vertx vertx, Duration timeout, Runnable cleanup) {
        this.vertx = vertx;
        this.timer = vertx.setTimer(
                timeout.toMillis(),
                fired -> end(
                        connected ? CheckStatus.L7TOUT : CheckStatus.L4TOUT,
                        (connected ? "no answer in " : "no connection in ") + timeout.toMillis() + " ms"));
        result.future().onComplete(ended -> cleanup.run());
    }

    /** From now on it is the answer that is waited for. */
    void connected() {
        connected = true;
    }

    void end(CheckStatus status, String reason) {
        end(new CheckResult(status, 0, reason));
    }

    /** No effect if the check has ended before. */
    void end(CheckResult found) {
        vertx.cancelTimer(timer);
        result.tryComplete(found);
    }

    Future<CheckResult> future() {
        return result.future();
    }
}
