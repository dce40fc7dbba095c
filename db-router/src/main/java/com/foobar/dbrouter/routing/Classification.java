package com.foobar.dbrouter.routing;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What a COM_QUERY or COM_STMT_PREPARE text is. Immutable; may be shared by sessions.
 *
 * @param pins what stays in the server connection that ran it; empty for most statements
 * @param asksForLastStatement whether it reads the outcome of an earlier statement ({@code LAST_INSERT_ID()}, {@code
 *     ROW_COUNT()}, {@code SHOW WARNINGS}, …) and so must run on the very connection that ran that one
 * @param assignments what a {@code SET} changes; empty for every other kind
 * @param statements how many statements the text holds, not counting empty ones
 */
public record Classification(
        StatementKind kind,
        RouteReason reason,
        Set<PinReason> pins,
        boolean asksForLastStatement,
        List<Assignment> assignments,
        int statements) {

    static final Classification READ = of(StatementKind.READ, RouteReason.READ);

    public Classification {
        pins = pins.isEmpty() ? Set.of() : Set.copyOf(pins);
        assignments = List.copyOf(assignments);
    }

    /** Whether a replica may run it, where the session is in no transaction and not pinned. */
    public boolean isRead() {
        return kind == StatementKind.READ;
    }

    static Classification of(StatementKind kind, RouteReason reason) {
        return new Classification(kind, reason, EnumSet.noneOf(PinReason.class), false, List.of(), 1);
    }
}
