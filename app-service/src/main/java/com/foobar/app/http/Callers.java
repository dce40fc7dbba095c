package com.foobar.app.http;

import com.foobar.app.auth.Tokens;
import com.foobar.app.http.Call.Identity;
import com.foobar.app.metrics.AppMetrics;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/** Finds out who calls, by {@code Authorization}. Safe from any thread. */
public final class Callers {
    private final Tokens tokens;
    private final AppMetrics metrics;

    public Callers(Tokens tokens, AppMetrics metrics) {
        this.tokens = tokens;
        this.metrics = metrics;
    }

    /**
     * Who calls; null for nobody. {@code Authorization: Token <jwt>}; {@code Bearer}, which other front ends send, is as good.
     *
     * @return fails with {@link ApiError} 401 where a token is missing or not good
     */
    Future<@Nullable Identity> identify(HttpServerRequest request, Access access) {
        String field = request.getHeader(HttpHeaders.AUTHORIZATION);
        String token = field == null
                ? ""
                : field.replaceFirst("(?i)^\\s*(token|bearer)(\\s+|$)", "").strip();
        if (access == Access.PUBLIC || (token.isEmpty() && access == Access.OPTIONAL)) {
            return Future.succeededFuture(null);
        }
        if (token.isEmpty()) {
            return Future.failedFuture(ApiError.tokenMissing());
        }
        return tokens.verify(token).map(userId -> new Identity(userId, token)).recover(failure -> {
            metrics.authFailure("token");
            return Future.failedFuture(ApiError.tokenInvalid());
        });
    }
}
