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
 * @param traits what else it asks of its connection or may do to it; of several statements, what the first asks of those
 *     before, and what any of them may do
 * @param assignments what a {@code SET} changes; empty for every other kind
 * @param hint what the application asks of the routing
 * @param statements how many statements the text holds, not counting empty ones
 */
public record Classification(
        StatementKind kind,
        RouteReason reason,
        Set<PinReason> pins,
        Set<Trait> traits,
        List<Assignment> assignments,
        RouteHint hint,
        int statements) {

    static final Classification EMPTY = new Classification(
            StatementKind.EMPTY, RouteReason.EMPTY, Set.of(), Set.of(), List.of(), RouteHint.NONE, 0);

    /** {@code INSERT} and {@code REPLACE}, as the usual ones are. */
    static final Classification INSERT = new Classification(
            StatementKind.WRITE,
            RouteReason.DATA_CHANGE,
            Set.of(),
            Set.of(Trait.MAY_GIVE_ID),
            List.of(),
            RouteHint.NONE,
            1);

    private static final Map<StatementKind, Map<RouteReason, Classification>> PLAIN =
            new EnumMap<>(StatementKind.class);

    static {
        for (StatementKind kind : StatementKind.values()) {
            Map<RouteReason, Classification> byReason = new EnumMap<>(RouteReason.class);
            for (RouteReason reason : RouteReason.values()) {
                byReason.put(
                        reason, new Classification(kind, reason, Set.of(), Set.of(), List.of(), RouteHint.NONE, 1));
            }
            PLAIN.put(kind, byReason);
        }
    }

    public Classification {
        pins = Set.copyOf(pins);
        traits = Set.copyOf(traits);
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

    public boolean has(Trait trait) {
        return traits.contains(trait);
    }

    /** Whether it can only run on the very connection that ran the statement before. */
    public boolean asksForOutcome() {
        return !traits.isEmpty() && (asksForLastOutcome() || has(Trait.ASKS_LAST_GTID));
    }

    /** Whether that is the last statement's, rather than the last write's. */
    public boolean asksForLastOutcome() {
        return has(Trait.ASKS_ROW_COUNT) || has(Trait.ASKS_FOUND_ROWS) || has(Trait.ASKS_DIAGNOSTICS);
    }

    /** Whether {@code LAST_INSERT_ID()} has to be the session's where it runs. */
    public boolean needsInsertId() {
        return has(Trait.MAY_GIVE_ID) || has(Trait.SHOWS_INSERT_ID);
    }

    /** Whether it reads anything of an earlier statement: its outcome, the id that it gave, or the value that it took. */
    public boolean asksForLastStatement() {
        return has(Trait.ASKS_INSERT_ID) || has(Trait.ASKS_SEQUENCE_VALUE) || asksForOutcome();
    }

    /**
     * Whether its answer, or what it leaves behind, may tell what is in the database; also the beginning of a transaction, in
     * which the next one may. What a read-only server refuses before it reads anything does not.
     */
    public boolean mayTellData() {
        return switch (kind) {
            case READ, BEGIN, BEGIN_READ_ONLY, BEGIN_READ_WRITE, CHAIN -> true;
            case WRITE ->
                !(reason == RouteReason.DATA_CHANGE && statements == 1)
                        && !has(Trait.ONLY_ASKS)
                        && !has(Trait.NEEDS_NO_DATA);
            case SET -> !pins.isEmpty() || assignments.isEmpty();
            case COMMIT, ROLLBACK, SAVEPOINT, USE, KILL, EMPTY -> false;
        };
    }

    /**
     * Whether it may end the transaction that is open and go on in another one: by what it is, by a further statement behind it, or by
     * what of it is not seen here, such as a procedure's body.
     */
    public boolean mayLeaveTransaction() {
        return switch (kind) {
            case BEGIN, BEGIN_READ_ONLY, BEGIN_READ_WRITE, CHAIN -> true;
            default -> statements > 1 || pins.stream().anyMatch(PinReason::hidesStatements);
        };
    }

    /** Whether an error in its answer means that nothing of it has happened, so that it may be run again elsewhere. */
    public boolean isAllOrNothing() {
        return statements == 1 && pins.isEmpty() && !has(Trait.MAY_LEAVE_ANYTHING);
    }

    /** Of one statement that leaves nothing behind: the same object each time, so that the usual ones cost nothing. */
    static Classification plain(StatementKind kind, RouteReason reason) {
        return Objects.requireNonNull(Objects.requireNonNull(PLAIN.get(kind)).get(reason));
    }
}
