package com.foobar.dbrouter.topology;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
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
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the server of a strict read: one that sees every write acknowledged to any client, through any router, before
 * the read was sent.
 *
 * <p><b>How.</b> When a read has arrived, the primary is asked for its position, the set of transactions in its binary log.
 * One such question serves all reads that wait when it is sent; a read that arrives while one is under way waits for the
 * next. Then a replica answers the read that is known to have applied the position, or that reaches it within
 * {@link ReadIndexSettings#waitLimit()}; otherwise the primary does. Replicas that have been slower than the limit lately
 * are not waited for, only followed until they keep up again.
 *
 * <p><b>Why that is enough.</b> A server writes a transaction to its binary log, and with that into
 * {@code @@gtid_binlog_pos}, before it acknowledges the commit (MySQL adds it to {@code @@gtid_executed} before the
 * acknowledgement as well). A write acknowledged before the read arrived is therefore part of a position asked for after
 * the read arrived. The replica's wait function returns when the transactions are committed there, visible to a statement
 * that begins later, as the read does. Reads on the primary see its commits themselves. Routers need not know of each
 * other, as the primary's log is the only clock. Not promised: while a commit waits for the acknowledgement of
 * semi-synchronous replication, a replica may show it before the primary does, so a read can see a write that is not yet
 * acknowledged, and the next read on the primary not. Nor is it promised while roles are changed by hand, until the next
 * check has seen it, nor while two servers take themselves for the
 * primary: deciding that belongs to failover.
 *
 * <p><b>When the primary is away</b>, or does not answer, reads wait for it up to {@link
 * ReadIndexSettings#primaryTimeout()} and then fail with {@link NoPrimaryException}: without it nobody knows the newest
 * acknowledged write. A primary that logs nothing has an empty position, which says nothing: reads go to it.
 *
 * <p>Belongs to one event loop: constructed with that loop's context, called and calling back on that loop only. It has
 * one control connection to the primary and one to each replica. Reads are not bounded here; each belongs to a client
 * session, and those are.
 */
public final class ReadIndex {

    /** Between two attempts to reach a primary that does not answer. */
    private static final Duration RETRY = Duration.ofMillis(50);

    /** Between two looks at whether replicas that were behind keep up again, while reads go to the primary. */
    private static final Duration SECOND_LOOK = Duration.ofMillis(100);

    private final Vertx vertx;
    private final Context context;
    private final Topology topology;
    private final ReadIndexSettings settings;
    private final TopologyMetrics metrics;
    private final ReplicaChooser chooser;
    private final LongSupplier nanoTime = System::nanoTime;

    /** Arrived after the last question to the primary was sent. */
    private final Deque<Read> arrived = new ArrayDeque<>();

    /** Know their position and wait for a replica; in the order of their positions. */
    private final Deque<Read> waiting = new ArrayDeque<>();

    private final Map<DatabaseServer, ReplicaFollower> followers = new HashMap<>();
    private @Nullable DatabaseServer probed;
    private @Nullable ControlConnection probe;
    private String probeFailure = "";
    private boolean probing;
    private boolean retryScheduled;
    private boolean waitTimerRuns;
    private long lookedAt;
    private boolean closed;

    /**
     * @param context of the event loop that this one serves
     * @param load how many statements a server runs for this event loop now; the replica with the fewest is chosen
     */
    public ReadIndex(
            Vertx vertx,
            Context context,
            Topology topology,
            ReadIndexSettings settings,
            TopologyMetrics metrics,
            ToIntFunction<DatabaseServer> load) {
        this.vertx = vertx;
        this.context = context;
        this.topology = topology;
        this.settings = settings;
        this.metrics = metrics;
        this.chooser = new ReplicaChooser(load);
        this.lookedAt = nanoTime.getAsLong() - SECOND_LOOK.toNanos();
        topology.onChange(() -> context.runOnContext(ignored -> proceed()));
    }

    /** {@link #choose(Predicate)} among all servers. */
    public Future<ReadTarget> choose() {
        return choose(server -> true);
    }

    /**
     * The server for a strict read that has arrived now. The read must be sent after the future completed.
     *
     * @param allowed which replicas may be chosen, such as those that have not failed this read before; the primary always
     *     may
     * @return fails with {@link NoPrimaryException}, and with nothing else
     */
    public Future<ReadTarget> choose(Predicate<DatabaseServer> allowed) {
        TopologySnapshot snapshot = topology.snapshot();
        long now = nanoTime.getAsLong();
        Read read = new Read(Promise.promise(), allowed, now);
        if (closed) {
            fail(read, "this router is stopping");
        } else if (snapshot.primary() != null && noneMayAnswer(snapshot, read)) {
            complete(read, snapshot.primary().server(), ReadTarget.Cause.NO_REPLICA);
        } else if (snapshot.primary() != null && !worthAsking(snapshot, now)) {
            complete(read, snapshot.primary().server(), ReadTarget.Cause.REPLICAS_BEHIND);
        } else {
            arrived.add(read);
            askPrimary();
        }
        return read.promise.future();
    }

    /** Fails what waits and closes the control connections. From any thread. */
    public Future<Void> close() {
        Promise<Void> done = Promise.promise();
        context.runOnContext(ignored -> {
            closed = true;
            ControlConnection open = probe;
            if (open != null) {
                open.close();
            }
            followers.values().forEach(ReplicaFollower::close);
            List<Read> left = new ArrayList<>(arrived);
            left.addAll(waiting);
            arrived.clear();
            waiting.clear();
            left.forEach(read -> fail(read, "this router is stopping"));
            done.complete();
        });
        return done.future();
    }

    private static boolean noneMayAnswer(TopologySnapshot snapshot, Read read) {
        return snapshot.replicas().stream().noneMatch(state -> read.allowed.test(state.server()));
    }

    /** False while every replica is behind, but for one read now and then that finds out whether that has changed. */
    private boolean worthAsking(TopologySnapshot snapshot, long now) {
        for (ServerState replica : snapshot.replicas()) {
            if (follower(replica.server()).keepsUp()) {
                return true;
            }
        }
        if (now - lookedAt < SECOND_LOOK.toNanos()) {
            return false;
        }
        lookedAt = now;
        return true;
    }

    /** After something changed in the topology. */
    private void proceed() {
        if (closed) {
            return;
        }
        settle();
        if (!arrived.isEmpty()) {
            askPrimary();
        }
    }

    private void askPrimary() {
        if (probing) {
            return;
        }
        ServerState primary = topology.snapshot().primary();
        if (primary == null || primary.flavour() == null) {
            retryLater();
            return;
        }
        Flavour flavour = primary.flavour();
        List<Read> batch = new ArrayList<>(arrived);
        arrived.clear();
        probing = true;
        metrics.probed(batch.size());
        probeOf(primary.server())
                .value(flavour.positionStatement())
                .map(flavour::parse)
                .onComplete(
                        position -> answered(batch, primary.server(), position),
                        failure -> unanswered(batch, primary.server(), failure));
    }

    private void answered(List<Read> batch, DatabaseServer asked, Position position) {
        probing = false;
        ServerState primary = topology.snapshot().primary();
        if (primary == null || !primary.server().equals(asked)) {
            // Another primary may have acknowledged writes since: its position counts.
            returnToArrived(batch);
        } else {
            for (Read read : batch) {
                if (position.isEmpty()) {
                    complete(read, asked, ReadTarget.Cause.POSITION_UNKNOWN);
                } else {
                    read.position = position;
                    read.waitsSince = nanoTime.getAsLong();
                    read.waited = false;
                    waiting.add(read);
                }
            }
            noteWhoCaughtUp(position);
            settle();
            follow(position, follower -> true);
        }
        if (!arrived.isEmpty()) {
            askPrimary();
        }
    }

    /** Without this a replica that was late once would be passed over until the next write, however long ago it caught up. */
    private void noteWhoCaughtUp(Position newest) {
        for (ServerState replica : topology.snapshot().replicas()) {
            ReplicaFollower follower = follower(replica.server());
            if (follower.hasReached(newest, replica)) {
                follower.caughtUp();
            }
        }
    }

    private void unanswered(List<Read> batch, DatabaseServer asked, Throwable failure) {
        probing = false;
        metrics.probeFailed();
        probeFailure = asked.name() + " did not tell its position: " + failure.getMessage();
        returnToArrived(batch);
        topology.recheck(asked);
        retryLater();
    }

    private void returnToArrived(List<Read> batch) {
        for (int i = batch.size() - 1; i >= 0; i--) {
            arrived.addFirst(batch.get(i));
        }
    }

    private void retryLater() {
        if (retryScheduled || closed) {
            return;
        }
        retryScheduled = true;
        vertx.setTimer(RETRY.toMillis(), ignored -> {
            retryScheduled = false;
            long now = nanoTime.getAsLong();
            while (!arrived.isEmpty()
                    && now - arrived.element().arrivedAt
                            > settings.primaryTimeout().toNanos()) {
                fail(arrived.poll(), primaryIsAway());
            }
            if (!arrived.isEmpty()) {
                askPrimary();
            }
        });
    }

    private String primaryIsAway() {
        String problem = topology.snapshot().problem();
        return "no primary to tell the newest write for "
                + settings.primaryTimeout().toMillis() + " ms: " + (problem.isEmpty() ? probeFailure : problem);
    }

    /** Completes every waiting read that a replica may answer now or that need not wait any longer. */
    private void settle() {
        TopologySnapshot snapshot = topology.snapshot();
        long now = nanoTime.getAsLong();
        boolean worthWaiting = snapshot.replicas().stream()
                .anyMatch(state -> follower(state.server()).keepsUp());
        Deque<Read> left = new ArrayDeque<>();
        for (Read read = waiting.poll(); read != null; read = waiting.poll()) {
            Read current = read;
            DatabaseServer replica = chooser.choose(snapshot.replicas(), state -> mayAnswer(state, current));
            if (replica != null) {
                complete(read, replica, read.waited ? ReadTarget.Cause.WAITED : ReadTarget.Cause.REACHED);
            } else if (now - read.waitsSince >= settings.waitLimit().toNanos()) {
                toPrimary(read, snapshot, ReadTarget.Cause.WAIT_LIMIT);
            } else if (!worthWaiting) {
                toPrimary(read, snapshot, ReadTarget.Cause.REPLICAS_BEHIND);
            } else {
                read.waited = true;
                left.add(read);
            }
        }
        waiting.addAll(left);
        Read newest = waiting.peekLast();
        if (newest != null) {
            follow(newest.position, ReplicaFollower::keepsUp);
            runWaitTimer();
        }
    }

    private boolean mayAnswer(ServerState replica, Read read) {
        return read.allowed.test(replica.server()) && follower(replica.server()).hasReached(read.position, replica);
    }

    private void toPrimary(Read read, TopologySnapshot snapshot, ReadTarget.Cause cause) {
        ServerState primary = snapshot.primary();
        if (primary == null) {
            arrived.add(read);
            retryLater();
        } else {
            complete(read, primary.server(), cause);
        }
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

    /** One timer for all, as they wait equally long. */
    private void runWaitTimer() {
        Read first = waiting.peek();
        if (waitTimerRuns || first == null) {
            return;
        }
        waitTimerRuns = true;
        long left = settings.waitLimit().toNanos() - (nanoTime.getAsLong() - first.waitsSince);
        vertx.setTimer(Math.max(1, Duration.ofNanos(left).toMillis() + 1), ignored -> {
            waitTimerRuns = false;
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
                        settings.waitLimit(),
                        nanoTime,
                        this::proceed));
    }

    private ControlConnection probeOf(DatabaseServer primary) {
        ControlConnection current = probe;
        if (current == null || !primary.equals(probed)) {
            if (current != null) {
                current.close();
            }
            current = new ControlConnection(
                    vertx,
                    context,
                    primary,
                    topology.login(),
                    settings.probeTimeout(),
                    ReplicaFollower.IDLE_LIMIT,
                    () -> {});
            probe = current;
            probed = primary;
        }
        return current;
    }

    private void complete(Read read, DatabaseServer server, ReadTarget.Cause cause) {
        metrics.chosen(cause, nanoTime.getAsLong() - read.arrivedAt);
        read.promise.complete(new ReadTarget(server, cause));
    }

    private void fail(Read read, String message) {
        metrics.failed();
        read.promise.fail(new NoPrimaryException(message));
    }

    /** A read on its way to a server. */
    private static final class Read {
        private final Promise<ReadTarget> promise;
        private final Predicate<DatabaseServer> allowed;
        private final long arrivedAt;
        private Position position = GtidPosition.EMPTY;
        private long waitsSince;
        private boolean waited;

        Read(Promise<ReadTarget> promise, Predicate<DatabaseServer> allowed, long arrivedAt) {
            this.promise = promise;
            this.allowed = allowed;
            this.arrivedAt = arrivedAt;
        }
    }
}
