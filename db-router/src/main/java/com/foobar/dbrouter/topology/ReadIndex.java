package com.foobar.dbrouter.topology;

import com.foobar.dbrouter.routing.Consistency;
import com.foobar.dbrouter.topology.ReadTarget.Cause;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the servers of reads outside transactions. A strict one sees every write acknowledged to any client, through any
 * router, before the read was sent; others ask for less ({@link ReadDemand}).
 *
 * <p><b>How.</b> When a strict read has arrived, the primary is asked for its position, the set of transactions in its
 * binary log, and whether it is read-only. One such question serves all reads that wait when it is sent; a read that
 * arrives while one is under way waits for the next. Then a replica answers the read that is known to have applied the
 * position, or that reaches it within {@link ReadIndexSettings#waitLimit()}; otherwise the primary does. Replicas that have
 * been slower than the limit lately are not waited for, only followed until they keep up again ({@link ReplicaWaits}).
 *
 * <p><b>Why that is enough.</b> A server writes a transaction to its binary log, and with that into
 * {@code @@gtid_binlog_pos}, before it acknowledges the commit (MySQL adds it to {@code @@gtid_executed} before the
 * acknowledgement as well). A write acknowledged before the read arrived is therefore part of a position asked for after
 * the read arrived. The replica's wait function returns when the transactions are committed there, visible to a statement
 * that begins later, as the read does. Reads on the primary see its commits themselves. Routers need not know of each
 * other, as the primary's log is the only clock. A primary that was made read-only before another one took its place says
 * so with its position, which then counts for nothing, and so does every read that it alone could answer: no strict read
 * goes to the primary without that answer, unless no other server is there at all. Nor does anything else that may read there
 * for strict sessions ({@link #confirmPrimary}).
 *
 * <p>Not promised: while a commit waits for the acknowledgement of semi-synchronous replication, a replica may show it
 * before the primary does, so a read can see a write that is not yet acknowledged, and the next read on the primary not.
 * Nor is anything promised while two servers accept writes: deciding that belongs to failover.
 *
 * <p><b>The other levels.</b> A session's own writes and tokens are positions too. A replica known to have one answers
 * without a word of the primary. A position that the present primary has told is waited for at once. Any other one is
 * compared with the primary's first, as it may name transactions that no longer are or never were.
 *
 * <p><b>When the primary is away</b>, or does not answer, reads that need its word wait for it up to {@link
 * ReadIndexSettings#primaryTimeout()} and then fail with {@link NoPrimaryException}: without it nobody knows the newest
 * acknowledged write. Reads that a replica may answer go on. A primary that logs nothing has an empty position, which says
 * nothing: strict reads go to it.
 *
 * <p>Belongs to one event loop: constructed with that loop's context, called and calling back on that loop only. It has
 * one control connection to the primary and one to each replica. Reads are not bounded here; each belongs to a client
 * session, and those are.
 */
public final class ReadIndex {

    /** Between two attempts to reach a primary that does not answer. */
    private static final Duration RETRY = Duration.ofMillis(50);

    private final Vertx vertx;
    private final Context context;
    private final Topology topology;
    private final ReadIndexSettings settings;
    private final ReadSettings readSettings;
    private final TopologyMetrics metrics;
    private final PrimaryProbe probe;
    private final ReplicaWaits waits;
    private final LongSupplier nanoTime = System::nanoTime;

    /** Need the primary's word, and arrived after the last question to it was sent. */
    private Deque<PendingRead> arrived = new ArrayDeque<>();

    private String probeFailure = "";
    private boolean probing;
    private boolean retryScheduled;
    private boolean closed;

    /**
     * @param context of the event loop that this one serves
     * @param load how many statements a server runs for this event loop now
     */
    public ReadIndex(
            Vertx vertx,
            Context context,
            Topology topology,
            ReadIndexSettings settings,
            ReadSettings readSettings,
            TopologyMetrics metrics,
            ToIntFunction<DatabaseServer> load) {
        this.vertx = vertx;
        this.context = context;
        this.topology = topology;
        this.settings = settings;
        this.readSettings = readSettings;
        this.metrics = metrics;
        this.probe = new PrimaryProbe(vertx, context, topology.login(), settings.probeTimeout());
        this.waits = new ReplicaWaits(
                vertx,
                context,
                topology,
                settings.waitLimit(),
                nanoTime,
                new ReplicaChooser(load, readSettings.zone()),
                new ReplicaWaits.Outcome() {
                    @Override
                    public void replica(PendingRead read, DatabaseServer replica, Cause cause) {
                        complete(read, replica, cause);
                    }

                    @Override
                    public void noReplica(PendingRead read, Cause cause) {
                        toPrimary(read, cause);
                    }
                },
                this::proceed);
        topology.onChange(() -> context.runOnContext(ignored -> proceed()));
    }

    /**
     * The server for a read that has arrived now. The read must be sent after the future completed.
     *
     * @return fails with {@link NoServerException}, and with nothing else
     */
    public Future<ReadTarget> choose(ReadDemand demand) {
        return choose(new PendingRead(demand, nanoTime.getAsLong()));
    }

    /**
     * The primary, for what reads there and nowhere else: it has said, after this call, that it is not read-only. So it has
     * every write that was acknowledged before the call. The question is shared with the strict reads that wait. Where there is
     * no other server nothing is asked.
     *
     * @return fails with {@link NoPrimaryException}, and with nothing else
     */
    public Future<DatabaseServer> confirmPrimary() {
        return choose(new PendingRead(ReadDemand.PRIMARY, nanoTime.getAsLong())).map(ReadTarget::server);
    }

    private Future<ReadTarget> choose(PendingRead read) {
        if (closed) {
            fail(read, new NoPrimaryException("this router is stopping"));
        } else if (!chooseNow(read)) {
            arrived.add(read);
            askPrimary();
        }
        return read.future();
    }

    /** Fails what waits and closes the control connections. From any thread. */
    public Future<Void> close() {
        Promise<Void> done = Promise.promise();
        context.runOnContext(ignored -> {
            closed = true;
            probe.close();
            List<PendingRead> left = waits.close();
            left.addAll(arrived);
            arrived.clear();
            left.forEach(read -> fail(read, new NoPrimaryException("this router is stopping")));
            done.complete();
        });
        return done.future();
    }

    /** Takes the read over where its server, or whom it waits for, can be told without a word of the primary. */
    private boolean chooseNow(PendingRead read) {
        ReadDemand demand = read.demand();
        TopologySnapshot snapshot = topology.snapshot();
        ServerState primary = snapshot.primary();
        Position position = demand.position();
        if (demand.newest()) {
            return primary != null && snapshot.servers().size() == 1 && toPrimary(read, Cause.NO_REPLICA);
        }
        DatabaseServer replica = position == null ? waits.any(read) : waits.reached(read, position);
        if (replica != null) {
            complete(read, replica, position == null ? Cause.ANY_REPLICA : Cause.REACHED);
            return true;
        }
        if (primary == null) {
            return false;
        }
        if (position == null) {
            return toPrimary(read, Cause.NO_REPLICA);
        }
        if (primary.server().equals(demand.toldBy())) {
            waits.add(read, position);
            waits.settle();
            return true;
        }
        return false;
    }

    /** After something changed in the topology or with a replica. */
    private void proceed() {
        if (closed) {
            return;
        }
        waits.settle();
        lookAtArrived();
        if (!arrived.isEmpty()) {
            askPrimary();
        }
    }

    /** Some may have a server by now. */
    private void lookAtArrived() {
        Deque<PendingRead> before = arrived;
        arrived = new ArrayDeque<>();
        for (PendingRead read : before) {
            if (!chooseNow(read)) {
                arrived.add(read);
            }
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
        List<PendingRead> batch = new ArrayList<>(arrived);
        arrived.clear();
        probing = true;
        metrics.probed(batch.size());
        probe.ask(primary.server(), primary.flavour())
                .onComplete(answer -> answered(batch, primary.server(), answer), failure -> {
                    topology.recheck(primary.server());
                    unanswered(batch, primary.server(), String.valueOf(failure.getMessage()));
                });
    }

    private void answered(List<PendingRead> batch, DatabaseServer asked, PrimaryProbe.Answer answer) {
        if (answer.readOnly()) {
            topology.recheckAll();
            unanswered(batch, asked, "it has become read-only");
            return;
        }
        probing = false;
        Position position = answer.position();
        ServerState primary = topology.snapshot().primary();
        if (primary == null || !primary.server().equals(asked)) {
            // Another primary may have acknowledged writes since: its position counts.
            returnToArrived(batch);
        } else {
            waits.noteWhoCaughtUp(position);
            for (PendingRead read : batch) {
                read.learnt(position, asked);
                compare(read, position);
            }
            waits.settle();
            waits.followNewest(position);
        }
        if (!arrived.isEmpty()) {
            askPrimary();
        }
    }

    /** Now that the primary's position is known. */
    private void compare(PendingRead read, Position primarys) {
        Position wanted = read.demand().position();
        if (read.demand().onPrimary()) {
            toPrimary(read, Cause.ON_PRIMARY);
        } else if (read.demand().newest()) {
            if (primarys.isEmpty()) {
                toPrimary(read, Cause.POSITION_UNKNOWN);
            } else {
                waits.add(read, primarys);
            }
        } else if (wanted == null) {
            if (!chooseNow(read)) {
                arrived.add(read);
            }
        } else if (primarys.covers(wanted)) {
            waits.add(read, wanted);
        } else if (read.demand().consistency() == Consistency.TOKEN) {
            fail(
                    read,
                    new UnusableTokenException("the token " + wanted.text()
                            + " names transactions that the primary does not have, which is at " + primarys.text()));
        } else {
            toPrimary(read, Cause.POSITION_AHEAD);
        }
    }

    private void unanswered(List<PendingRead> batch, DatabaseServer asked, String why) {
        probing = false;
        metrics.probeFailed();
        probeFailure = asked.name() + " did not tell its position: " + why;
        returnToArrived(batch);
        retryLater();
    }

    private void returnToArrived(List<PendingRead> batch) {
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
            if (closed) {
                return;
            }
            lookAtArrived();
            failTheLate();
            if (!arrived.isEmpty()) {
                askPrimary();
            }
        });
    }

    private void failTheLate() {
        long now = nanoTime.getAsLong();
        while (!arrived.isEmpty() && arrived.element().isOlderThan(settings.primaryTimeout(), now)) {
            PendingRead late = arrived.remove();
            fail(late, new NoPrimaryException(primaryIsAway()));
        }
    }

    private String primaryIsAway() {
        String problem = topology.snapshot().problem();
        return "no primary to tell the newest write for "
                + settings.primaryTimeout().toMillis() + " ms: " + (problem.isEmpty() ? probeFailure : problem);
    }

    /** Takes the read over: no replica answers it. */
    private boolean toPrimary(PendingRead read, Cause cause) {
        @Nullable ServerState primary = topology.snapshot().primary();
        if (readSettings.fallback() == ReadSettings.Fallback.ERROR
                && !read.demand().onPrimary()) {
            fail(read, new NoReplicaException(noReplica(cause)));
        } else if (primary == null) {
            arrived.add(read);
            retryLater();
        } else {
            complete(read, primary.server(), cause);
        }
        return true;
    }

    private String noReplica(Cause cause) {
        String why =
                switch (cause) {
                    case WAIT_LIMIT ->
                        "none has applied the newest write within "
                                + settings.waitLimit().toMillis() + " ms (read-index.wait-limit)";
                    case REPLICAS_BEHIND -> "all have been slower than read-index.wait-limit lately";
                    case POSITION_UNKNOWN -> "the primary logs nothing that they could be compared with";
                    case POSITION_AHEAD -> "the primary lacks writes of this session";
                    default -> "none is in order, and within the limit of its lag";
                };
        StringBuilder message = new StringBuilder("no replica may answer the read: ").append(why);
        topology.snapshot().servers().forEach(state -> message.append("; ")
                .append(state.server().name())
                .append(' ')
                .append(state.detail()));
        return message.append(" (reads.fallback is error)").toString();
    }

    private void complete(PendingRead read, DatabaseServer server, Cause cause) {
        if (!read.demand().onPrimary()) {
            metrics.chosen(read.demand().consistency(), cause, nanoTime.getAsLong() - read.arrivedAt());
        }
        read.complete(server, cause);
    }

    private void fail(PendingRead read, NoServerException failure) {
        if (!read.demand().onPrimary()) {
            metrics.failed(read.demand().consistency());
        }
        read.fail(failure);
    }
}
