package com.foobar.dbrouter.topology;

import com.foobar.dbrouter.topology.ReadTarget.Cause;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The reads that know which position they want and wait for a replica that has applied it. Belongs to the event loop of its
 * {@link ReadIndex}, which it tells what became of each.
 */
final class ReplicaWaits {

    /** Between two looks at replicas that were behind, where no position of the primary tells that they keep up again. */
    private static final Duration SECOND_LOOK = Duration.ofMillis(100);

    /** What becomes of a read; both take it over. */
    interface Outcome {
        void replica(PendingRead read, DatabaseServer replica, Cause cause);

        void noReplica(PendingRead read, Cause cause);
    }

    private final Vertx vertx;
    private final Context context;
    private final Topology topology;
    private final Duration waitLimit;
    private final LongSupplier nanoTime;
    private final ReplicaChooser chooser;
    private final Outcome outcome;
    private final Runnable onNews;
    private final Map<DatabaseServer, ReplicaFollower> followers = new HashMap<>();
    private final Deque<PendingRead> waiting = new ArrayDeque<>();
    private boolean settling;
    private boolean timerRuns;
    private boolean closed;
    private long lookedAt;

    /** @param onNews runs when a replica has come further, or has not */
    ReplicaWaits(
            Vertx vertx,
            Context context,
            Topology topology,
            Duration waitLimit,
            LongSupplier nanoTime,
            ReplicaChooser chooser,
            Outcome outcome,
            Runnable onNews) {
        this.vertx = vertx;
        this.context = context;
        this.topology = topology;
        this.waitLimit = waitLimit;
        this.nanoTime = nanoTime;
        this.chooser = chooser;
        this.outcome = outcome;
        this.onNews = onNews;
        this.lookedAt = nanoTime.getAsLong() - SECOND_LOOK.toNanos();
    }

    /** A replica for the read that is known to have applied the position; null where none is. */
    @Nullable
    DatabaseServer reached(PendingRead read, Position position) {
        return chooser.choose(
                topology.snapshot().replicas(),
                state -> read.demand().admits(state) && follower(state.server()).hasReached(position, state));
    }

    /** Any replica that may answer the read; null where none may. */
    @Nullable
    DatabaseServer any(PendingRead read) {
        return chooser.choose(topology.snapshot().replicas(), read.demand()::admits);
    }

    /** The read wants that position; {@link #settle} finds a replica for it, now or later. */
    void add(PendingRead read, Position position) {
        read.waitFor(position, nanoTime.getAsLong());
        waiting.add(read);
    }

    /** Tells the outcome of every read that a replica may answer now or that need not wait any longer. */
    void settle() {
        if (settling) {
            // A read that has just got its server was followed by the next one of its session: the loop comes to it.
            return;
        }
        settling = true;
        TopologySnapshot snapshot = topology.snapshot();
        long now = nanoTime.getAsLong();
        boolean worthWaiting = snapshot.replicas().stream()
                .anyMatch(state -> follower(state.server()).keepsUp());
        Deque<PendingRead> left = new ArrayDeque<>();
        for (PendingRead read = waiting.poll(); read != null; read = waiting.poll()) {
            DatabaseServer replica = reached(read, read.wanted());
            if (replica != null) {
                outcome.replica(read, replica, read.hasWaited() ? Cause.WAITED : Cause.REACHED);
            } else if (snapshot.replicas().stream().noneMatch(read.demand()::admits)) {
                outcome.noReplica(read, Cause.NO_REPLICA);
            } else if (now - read.waitsSince() >= waitLimit.toNanos()) {
                outcome.noReplica(read, Cause.WAIT_LIMIT);
            } else if (!worthWaiting) {
                lookAgain(read.wanted(), now);
                outcome.noReplica(read, Cause.REPLICAS_BEHIND);
            } else {
                read.hasToWait();
                left.add(read);
            }
        }
        waiting.addAll(left);
        settling = false;
        if (!waiting.isEmpty()) {
            follow(allWanted(), ReplicaFollower::keepsUp);
            runTimer();
        }
    }

    private void lookAgain(Position position, long now) {
        if (now - lookedAt >= SECOND_LOOK.toNanos()) {
            lookedAt = now;
            follow(position, follower -> true);
        }
    }

    /** Of a batch of reads it is one position, the same object. */
    private Position allWanted() {
        Position all = waiting.element().wanted();
        for (PendingRead read : waiting) {
            Position wanted = read.wanted();
            if (wanted != all && wanted.getClass() == all.getClass() && !all.covers(wanted)) {
                all = all.merge(wanted);
            }
        }
        return all;
    }

    /** Has every replica that lacks the primary's newest position wait for it, so that the next read need not. */
    void followNewest(Position position) {
        follow(position, follower -> true);
    }

    /** Has the replicas that lack the position wait for it, each with one waiter. */
    private void follow(Position position, Predicate<ReplicaFollower> which) {
        for (ServerState replica : topology.snapshot().replicas()) {
            ReplicaFollower follower = follower(replica.server());
            Flavour flavour = replica.flavour();
            if (flavour != null && which.test(follower) && !follower.hasReached(position, replica)) {
                follower.await(position, flavour);
            }
        }
    }

    /** Without this a replica that was late once would be passed over until the next write, however long ago it caught up. */
    void noteWhoCaughtUp(Position newest) {
        for (ServerState replica : topology.snapshot().replicas()) {
            ReplicaFollower follower = follower(replica.server());
            if (follower.hasReached(newest, replica)) {
                follower.caughtUp();
            }
        }
    }

    /** One timer for all, as they wait equally long. */
    private void runTimer() {
        PendingRead first = waiting.peek();
        if (timerRuns || first == null) {
            return;
        }
        timerRuns = true;
        long left = waitLimit.toNanos() - (nanoTime.getAsLong() - first.waitsSince());
        vertx.setTimer(Math.max(1, Duration.ofNanos(left).toMillis() + 1), ignored -> {
            timerRuns = false;
            if (!closed) {
                settle();
            }
        });
    }

    private ReplicaFollower follower(DatabaseServer server) {
        return followers.computeIfAbsent(
                server,
                key -> new ReplicaFollower(
                        vertx,
                        context,
                        key,
                        topology.login(),
                        topology.settings().timeout(),
                        waitLimit,
                        nanoTime,
                        onNews));
    }

    /** Closes the connections; gives the reads that still waited. */
    List<PendingRead> close() {
        closed = true;
        followers.values().forEach(ReplicaFollower::close);
        List<PendingRead> left = new ArrayList<>(waiting);
        waiting.clear();
        return left;
    }
}
