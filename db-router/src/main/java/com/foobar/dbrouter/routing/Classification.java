package com.foobar.dbrouter.routing;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What a COM_QUERY or COM_STMT_PREPARE text is. Immutable; may be shared by sessions.
 *
 * @param pins what stays in the server connection that ran it; empty for most statements
 * @param asksForLastStatement whether it reads the outcome of an earlier statement ({@code LAST_INSERT_ID()}, {@code
 *     ROW_COUNT()}, {@code SHOW WARNINGS}, …) and so must run on the very connection that ran that one
 * @param asksForConnectionId whether it calls {@code CONNECTION_ID()}, which differs on each server connection
 * @param assignments what a {@code SET} changes; empty for every other kind
 * @param hint what the application asks of the routing
 * @param statements how many statements the text holds, not counting empty ones
 */
public record Classification(
        StatementKind kind,
        RouteReason reason,
        Set<PinReason> pins,
        boolean asksForLastStatement,
        boolean asksForConnectionId,
        List<Assignment> assignments,
        RouteHint hint,
        int statements) {

    static final Classification EMPTY = new Classification(
            StatementKind.EMPTY, RouteReason.EMPTY, Set.of(), false, false, List.of(), RouteHint.NONE, 0);

    private static final Map<StatementKind, Map<RouteReason, Classification>> PLAIN =
            new EnumMap<>(StatementKind.class);

    static {
        for (StatementKind kind : StatementKind.values()) {
            Map<RouteReason, Classification> byReason = new EnumMap<>(RouteReason.class);
            for (RouteReason reason : RouteReason.values()) {
                byReason.put(
                        reason, new Classification(kind, reason, Set.of(), false, false, List.of(), RouteHint.NONE, 1));
            }
            PLAIN.put(kind, byReason);
        }
    }

    public Classification {
        pins = Set.copyOf(pins);
        assignments = List.copyOf(assignments);
    }

    /** Whether a replica may run it, where the session is in no transaction and not pinned. */
    public boolean isRead() {
        return kind == StatementKind.READ;
    }

    /** Whether a replica may run it or, as a read-only transaction, all that follows; see {@link #isRead}. */
    public boolean isForReplicas() {
        return kind == StatementKind.READ || kind == StatementKind.BEGIN_READ_ONLY;
    }

    /** Of one statement that leaves nothing behind: the same object each time, so that the usual ones cost nothing. */
    static Classification plain(StatementKind kind, RouteReason reason) {
        return Objects.requireNonNull(Objects.requireNonNull(PLAIN.get(kind)).get(reason));
    }
}
