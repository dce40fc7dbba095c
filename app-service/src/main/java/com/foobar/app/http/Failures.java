package com.foobar.app.http;

import com.foobar.app.auth.Passwords;
import com.foobar.app.db.DatabaseFailure;
import com.foobar.app.idempotency.IdempotencyKey;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Turns whatever failed into an answer: the one place that decides what a caller is told, and what is logged. */
final class Failures {
    private static final Logger log = LoggerFactory.getLogger(Failures.class);
    static final String BUSY = "is busy, please try again in a moment";
    private static final String NOT_READY = "is not ready, please try again in a moment; nothing was changed";
    private static final String UNAVAILABLE =
            "cannot reach its database, please try again in a moment; nothing was changed";
    private static final String OUTCOME_UNKNOWN =
            "lost its database while saving: the change may or may not have been made, please check before trying again";

    private Failures() {}

    static ApiError of(Throwable failure, String requestId) {
        if (failure instanceof ApiError error) {
            return error;
        }
        if (failure instanceof IdempotencyKey.Reused) {
            return ApiError.idempotencyKeyReused();
        }
        if (failure instanceof IdempotencyKey.TooMany many) {
            return ApiError.tooManyIdempotencyKeys(many.mustWait());
        }
        if (failure instanceof NotReady) {
            return ApiError.busy(NOT_READY);
        }
        if (failure instanceof Passwords.Busy) {
            return ApiError.busy(BUSY);
        }
        if (failure instanceof DatabaseFailure database) {
            // Too much work must not become too many log lines: the pool counts those that it refuses.
            Level level = database.kind() == DatabaseFailure.Kind.BUSY ? Level.DEBUG : Level.WARN;
            log.atLevel(level).log("request {}: {}: {}", requestId, database.kind(), database.getMessage());
            return switch (database.kind()) {
                case BUSY -> ApiError.busy(BUSY);
                case UNAVAILABLE -> ApiError.busy(UNAVAILABLE);
                case OUTCOME_UNKNOWN -> ApiError.unavailable(OUTCOME_UNKNOWN);
            };
        }
        log.error("request {} failed", requestId, failure);
        String message = "failed for a reason of its own; please report the request id " + requestId;
        return new ApiError(500, Map.of("server", List.of(message)));
    }
}
