package com.foobar.dbrouter.session;

import com.foobar.dbrouter.auth.User;
import com.foobar.dbrouter.protocol.ErrPacket;
import com.foobar.dbrouter.routing.Assignment;
import com.foobar.dbrouter.routing.Classification;
import com.foobar.dbrouter.routing.PinReason;
import com.foobar.dbrouter.routing.RouteReason;
import com.foobar.dbrouter.routing.SessionVariables;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whom a connection is of, and what that user may do. Takes one of the user's connections until {@link #leave}. Belongs to
 * the client's event loop.
 */
public final class SessionUser {
    private @Nullable User user;

    /**
     * Goes on as this user, who has proved to be it.
     *
     * @return why that may not be, and nothing has changed; null where it may
     */
    public @Nullable ErrPacket become(User next, InetAddress address, boolean secure, boolean passwordGiven) {
        if (!next.limits().allows(address)) {
            return RouterErrors.accessDenied(next.name(), address.getHostAddress(), passwordGiven);
        }
        if (next.limits().requireTls() && !secure) {
            return RouterErrors.tlsRequired("user '" + next.name() + "'");
        }
        if (user == next) {
            return null;
        }
        if (!next.enter()) {
            return RouterErrors.exceeded(
                    next.name(),
                    "max_user_connections",
                    String.valueOf(next.limits().maxConnections()));
        }
        leave();
        user = next;
        return null;
    }

    /** The connection has ended. */
    public void leave() {
        if (user != null) {
            user.leave();
            user = null;
        }
    }

    /** @return {@code SET} statements that every server connection gets first: what the router lets through by mistake is refused there */
    public List<String> settings() {
        return isReadOnly() ? List.of("SET SESSION TRANSACTION READ ONLY") : List.of();
    }

    private boolean isReadOnly() {
        return user != null && user.limits().readOnly();
    }

    /** @return after which a statement is ended; null for never */
    @Nullable
    Duration maxStatementTime() {
        return user == null ? null : user.limits().maxStatementTime();
    }

    /** @return why no statement may run now; null where one may, which is counted */
    @Nullable
    ErrPacket overRate() {
        return user == null || user.tryStatement(System.nanoTime())
                ? null
                : RouterErrors.exceeded(user.name(), "max-rate", user.limits().maxRate() + " statements per second");
    }

    /** @return why this statement may not run; null where it may */
    @Nullable
    ErrPacket objection(Classification statement) {
        return user != null && isReadOnly() && mayWrite(statement) ? RouterErrors.readOnlyUser(user.name()) : null;
    }

    private static boolean mayWrite(Classification statement) {
        return switch (statement.kind()) {
            case READ, BEGIN, BEGIN_READ_ONLY, COMMIT, ROLLBACK, CHAIN, SAVEPOINT, USE, EMPTY, KILL -> false;
            case BEGIN_READ_WRITE -> true;
            case SET ->
                statement.reason() == RouteReason.UNCERTAIN_TEXT
                        || statement.pins().contains(PinReason.NEXT_TRANSACTION)
                        || statement.assignments().stream().anyMatch(SessionUser::allowsWriting);
            case WRITE -> !statement.reason().writesNothing();
        };
    }

    private static boolean allowsWriting(Assignment assignment) {
        return assignment.scope() == Assignment.Scope.GLOBAL
                || SessionVariables.isTransactionReadOnly(assignment.name());
    }
}
