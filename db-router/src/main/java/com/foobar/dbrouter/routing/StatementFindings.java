package com.foobar.dbrouter.routing;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What has been found in a text so far: why its last statement is no certain read, and what all of them leave behind, ask for
 * and assign. Lives for one classification.
 */
final class StatementFindings {
    private static final int MOST_ASSIGNMENTS = 1000;

    private @Nullable RouteReason disturbance;
    private boolean mayWrite;
    private @Nullable Set<PinReason> pins;
    private @Nullable Set<Trait> traits;
    private @Nullable List<Assignment> assignments;
    private boolean follows;
    private boolean readsMore;
    private boolean readsSettings;
    private boolean needsNoData;

    /** The next statement of the text begins. */
    void begin() {
        disturbance = null;
        mayWrite = false;
    }

    /** What is found from now on is behind another statement of the text. */
    void follows() {
        follows = true;
    }

    /** The first reason stands, unless it writes nothing and the next one may. */
    void disturb(RouteReason why) {
        if (disturbance == null || (disturbance.writesNothing() && !why.writesNothing())) {
            disturbance = why;
        }
        mayWrite |= why != RouteReason.SYSTEM_VARIABLE && why != RouteReason.SERVER_STATE;
    }

    /** Nothing else that has been found counts any more. */
    void isUncertain() {
        disturbance = RouteReason.UNCERTAIN_TEXT;
        mayWrite = true;
    }

    /** Why the statement is no certain read; null where it is one. */
    @Nullable
    RouteReason disturbance() {
        return disturbance;
    }

    void pin(PinReason pin) {
        if (pins == null) {
            pins = EnumSet.noneOf(PinReason.class);
        }
        pins.add(pin);
    }

    void has(Trait trait) {
        if (traits == null) {
            traits = EnumSet.noneOf(Trait.class);
        }
        traits.add(trait);
    }

    private boolean hasTrait(Trait trait) {
        return traits != null && traits.contains(trait);
    }

    /** Reads the outcome of the statement before. */
    void asks(Trait outcome) {
        if (!follows) {
            has(outcome);
        }
    }

    /** Reads more than such an outcome, or than settings. */
    void readsMore() {
        readsMore = true;
    }

    /** Reads a variable that is the same on every server. */
    void readsSetting() {
        readsSettings = true;
    }

    boolean readsSettingsOnly() {
        return readsSettings && !readsMore;
    }

    /** Where it is all of the text, and nothing else that has been found is against it. */
    void needsNoData() {
        needsNoData = true;
    }

    private boolean asksForLast() {
        return hasTrait(Trait.ASKS_INSERT_ID)
                || hasTrait(Trait.ASKS_ROW_COUNT)
                || hasTrait(Trait.ASKS_FOUND_ROWS)
                || hasTrait(Trait.ASKS_LAST_GTID)
                || hasTrait(Trait.ASKS_DIAGNOSTICS);
    }

    void assign(Assignment assignment) {
        if (assignments == null) {
            assignments = new ArrayList<>();
        }
        if (!hasTooManyAssignments()) {
            assignments.add(assignment);
        }
    }

    /** Nobody means more, and each takes memory. */
    boolean hasTooManyAssignments() {
        return assignments != null && assignments.size() >= MOST_ASSIGNMENTS;
    }

    List<Assignment> assignments() {
        return assignments == null ? List.of() : assignments;
    }

    /** Whether all that keeps it from being a read is that servers answer it differently. */
    boolean isOfTheServerOnly() {
        return !mayWrite && !asksForLast() && pins == null;
    }

    Classification result(
            StatementKind kind, RouteReason why, List<Assignment> assigned, RouteHint hint, int statements) {
        if (needsNoData && pins == null && statements == 1 && !asksForLast()) {
            has(Trait.NEEDS_NO_DATA);
        }
        boolean plain = pins == null && assigned.isEmpty() && hint.equals(RouteHint.NONE) && statements == 1;
        if (plain && traits == null) {
            return Classification.plain(kind, why);
        }
        if (plain && why == RouteReason.DATA_CHANGE && traits.size() == 1 && hasTrait(Trait.MAY_GIVE_ID)) {
            return Classification.INSERT;
        }
        if (hasTrait(Trait.ASKS_INSERT_ID)) {
            has(Trait.MAY_GIVE_ID);
        }
        boolean onlyAsks = why == RouteReason.LAST_STATEMENT && !readsMore && !readsSettings;
        if (asksForLast() && onlyAsks && pins == null && statements == 1) {
            has(Trait.ONLY_ASKS);
        }
        return new Classification(
                kind,
                why,
                pins == null ? Set.of() : pins,
                traits == null ? Set.of() : traits,
                assigned,
                hint,
                statements);
    }
}
