package com.foobar.dbrouter.topology;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When the primary was seen at which position: it tells how far a replica is behind by what it lacks. The account of the
 * replica itself is not enough: it counts whole seconds of what it has received, so one that has just come back says 0
 * until its primary has sent it what it missed. Belongs to the topology's event loop.
 */
final class PrimaryHistory {

    /** So many positions are kept at most, over the time that a replica may be behind. */
    private static final int MOST = 128;

    private final Duration maxLag;
    private final Deque<Seen> seen = new ArrayDeque<>();
    private boolean whole;

    private record Seen(Position position, long nanos) {}

    /** @param maxLag how far back it has to go */
    PrimaryHistory(Duration maxLag) {
        this.maxLag = maxLag;
    }

    /** The primary was at the position then; later ones are told later. */
    void note(Position position, long nanos) {
        Seen last = seen.peekLast();
        if (last != null && last.position().equals(position)) {
            return;
        }
        if (last != null && seen.size() > 1 && nanos - beforeLast() < maxLag.toNanos() / MOST) {
            seen.removeLast();
        }
        seen.addLast(new Seen(position, nanos));
        while (seen.size() > 2 && nanos - second() > maxLag.toNanos()) {
            seen.removeFirst();
            whole = true;
        }
    }

    private long beforeLast() {
        Seen last = seen.removeLast();
        long before = seen.getLast().nanos();
        seen.addLast(last);
        return before;
    }

    private long second() {
        Seen first = seen.removeFirst();
        long second = seen.getFirst().nanos();
        seen.addFirst(first);
        return second;
    }

    /**
     * How long ago the primary was first seen with something that a server at the position lacks: it is behind for that
     * long at least.
     *
     * @return null where it lacked that already when the primary was seen first, so that nobody knows
     */
    @Nullable
    Duration lagOf(Position reached, long nanos) {
        boolean first = true;
        for (Seen one : seen) {
            if (!reached.covers(one.position())) {
                return first && !whole ? null : Duration.ofNanos(nanos - one.nanos());
            }
            first = false;
        }
        return Duration.ZERO;
    }

    /** How many positions are kept. */
    int size() {
        return seen.size();
    }

    /** The states with what is known of the replicas' lag. */
    List<ServerState> corrected(List<ServerState> states, long nanos) {
        List<ServerState> corrected = new ArrayList<>();
        for (ServerState state : states) {
            Duration own = state.lag();
            Position reached = state.position();
            corrected.add(
                    state.role() == ServerRole.REPLICA && own != null && reached != null
                            ? state.behind(later(own, lagOf(reached, nanos)))
                            : state);
        }
        return corrected;
    }

    /** Of a replica that says it is behind, and works on it, that is believed; that it is not, only where it is known. */
    private static @Nullable Duration later(Duration own, @Nullable Duration known) {
        if (known == null) {
            return own.isZero() ? null : own;
        }
        return own.compareTo(known) >= 0 ? own : known;
    }
}
