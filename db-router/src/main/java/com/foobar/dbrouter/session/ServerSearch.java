package com.foobar.dbrouter.session;

import com.foobar.dbrouter.metrics.RepeatCause;
import com.foobar.dbrouter.pool.ServerConnection;
import com.foobar.dbrouter.pool.ServerFailure;
import com.foobar.dbrouter.protocol.ErrPacket;
import com.foobar.dbrouter.protocol.ResponseTracker.Expect;
import com.foobar.dbrouter.routing.Classification;
import com.foobar.dbrouter.routing.Consistency;
import com.foobar.dbrouter.routing.PinReason;
import com.foobar.dbrouter.routing.RouteHint;
import com.foobar.dbrouter.routing.RouteReason;
import com.foobar.dbrouter.routing.Trait;
import com.foobar.dbrouter.topology.DatabaseServer;
import com.foobar.dbrouter.topology.ReadDemand;
import com.foobar.dbrouter.topology.ServerState;
import com.foobar.dbrouter.topology.TopologySnapshot;
import io.vertx.core.Future;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the server connection of one run: on a replica or on the primary, and another one where that has failed. Belongs to
 * the session's event loop.
 */
final class ServerSearch {
    /** In bytes; what is longer carries data. */
    private static final int LONGEST_SHARED = 16 << 10;

    private static final long RETRY_MILLIS = 50;
    private static final int MOST_ATTEMPTS = 8;

    private final ServerRun run;
    private final ClientSession session;
    private final SessionServices services;
    private Set<DatabaseServer> failed = Set.of();
    private final long startedAt = System.nanoTime();
    private boolean primaryOnly;
    private boolean demotionSeen;
    private int attempts;
    private boolean sentAway;

    /** The connection that the session keeps, while the primary is asked whether it still is one. */
    private @Nullable ServerConnection confirming;

    /** The replica's, on which the session has begun a transaction, until that has begun on the primary. */
    private @Nullable ServerConnection leaving;

    /** @param run is given the connection, or refused */
    ServerSearch(ServerRun run, ClientSession session) {
        this.run = run;
        this.session = session;
        this.services = session.services();
    }

    /** Looks for a connection; the run hears of it, perhaps at once. */
    void start() {
        if (!run.goesOn()) {
            return;
        }
        Classification statement = run.classification();
        if (statement.asksForOutcome() && !session.lastStatement().isNone(statement)) {
            toLastConnection();
        } else if (statement.has(Trait.ASKS_SEQUENCE_VALUE)
                && !session.sequenceValues().isNone()) {
            toSequence();
        } else if (isForAnyServer()) {
            toReader();
        } else {
            toPrimary();
        }
    }

    private void toReader() {
        RouteHint hint = run.classification().hint();
        ReadDemand demand;
        try {
            demand = session.reads().demand(hint).of(server -> !failed.contains(server), hint.maxLag());
        } catch (IllegalArgumentException e) {
            run.refuse("bad_token", RouterErrors.badToken(hint.token(), String.valueOf(e.getMessage())));
            return;
        }
        services.readIndex()
                .choose(demand)
                .onComplete(
                        target -> {
                            session.reads().chosen(demand, target);
                            connect(target.server());
                        },
                        failure -> run.refuse("no_server", noServer(failure)));
    }

    private ErrPacket noServer(Throwable failure) {
        return RouterErrors.noServer(failure, elapsedMillis());
    }

    /**
     * Whether the primary has to say that it still is one before the statement is sent there: by its level the session sees
     * every write that was acknowledged before, and a server that was demoted lacks the newest. In an open transaction it has
     * been asked when that began.
     *
     * @param held what the statement runs on; null where a connection is looked for
     */
    boolean needsConfirmation(@Nullable HeldConnection held) {
        RouteHint hint = run.classification().hint();
        Consistency level = hint.consistency(session.reads().consistency());
        if (level != Consistency.STRICT
                && (level != Consistency.TOKEN || hint.token().isEmpty())) {
            return false;
        }
        if (held == null) {
            return run.mayTellData();
        }
        // A server that is read-only changes temporary tables all the same, by what it reads elsewhere.
        boolean tells = run.mayTellData()
                || (run.classification().reason() == RouteReason.DATA_CHANGE
                        && held.pins().contains(PinReason.TEMPORARY_TABLE));
        boolean asked = held.isTransactionOpen() && !run.classification().mayLeaveTransaction();
        return tells && !asked && !held.isOnReplica();
    }

    /**
     * Whether the replica of a transaction that only reads has to have what was acknowledged by now: it fixes what it shows at the
     * transaction's first read, not where that begins.
     */
    boolean needsSight(HeldConnection held) {
        Classification statement = run.classification();
        if (!held.isOnReplica()
                || held.view() == TransactionView.FIXED
                || statement.asksForOutcome()
                || !run.mayFixView()) {
            return false;
        }
        RouteHint hint = statement.hint();
        Consistency level = hint.consistency(session.reads().consistency());
        return level == Consistency.STRICT
                || (level == Consistency.TOKEN && !hint.token().isEmpty());
    }

    /** Gives the run the connection that the session keeps, or one on the primary where the replica does not get there in time. */
    void see(ServerConnection kept) {
        ReadDemand demand;
        RouteHint hint = run.classification().hint();
        try {
            demand = session.reads().demand(hint).of(server -> server.equals(kept.server()), hint.maxLag());
        } catch (IllegalArgumentException e) {
            run.refuse("bad_token", RouterErrors.badToken(hint.token(), String.valueOf(e.getMessage())));
            return;
        }
        await(kept, services.readIndex().choose(demand), target -> seen(kept, target.server()));
    }

    private void seen(ServerConnection kept, DatabaseServer server) {
        if (kept.server().equals(server)) {
            run.acquired(kept);
        } else if (session.held().view() != TransactionView.OPEN
                || !session.held().cursors().isEmpty()) {
            run.refuse("replica_behind", RouterErrors.replicaIsBehind(kept.server()));
        } else {
            leaving = kept;
            primaryOnly = true;
            run.movesTransaction();
            connect(server);
        }
    }

    /** The connection on which the session's transaction is still, though the run looks for another one for that; null where it does not. */
    @Nullable
    ServerConnection leaving() {
        return leaving;
    }

    void hasLeft() {
        leaving = null;
    }

    /** Gives the run the connection that the session keeps, once its server is known to be the primary still. */
    void confirm(ServerConnection kept) {
        await(kept, services.readIndex().confirmPrimary(), primary -> confirmed(kept, primary));
    }

    /** The session's connection waits for the answer; nobody does where the run has ended meanwhile. */
    private <T> void await(ServerConnection kept, Future<T> answer, Consumer<T> told) {
        confirming = kept;
        answer.onComplete(
                value -> {
                    if (confirmationIsWanted()) {
                        told.accept(value);
                    }
                },
                failure -> {
                    if (confirmationIsWanted()) {
                        run.refuse("no_server", noServer(failure));
                    }
                });
    }

    private boolean confirmationIsWanted() {
        confirming = null;
        return !run.hasEnded();
    }

    private void confirmed(ServerConnection kept, DatabaseServer primary) {
        if (kept.server().equals(primary)) {
            run.acquired(kept);
        } else {
            kept.close();
            session.lost(ServerFailure.of(
                    kept.server(), ServerFailure.Kind.LOST, "it is no longer the primary, which is " + primary));
            run.end();
        }
    }

    /**
     * The client is gone: the connection that it kept is given back, if it waits for its server to be confirmed, or for another.
     *
     * @return whether nothing else is to be ended
     */
    boolean abandonConfirmation() {
        ServerConnection left = leaving;
        if (left != null) {
            leaving = null;
            left.touch();
            session.keeper().release(left);
            return false;
        }
        ServerConnection kept = confirming;
        if (kept == null || run.hasEnded()) {
            return false;
        }
        confirming = null;
        kept.touch();
        session.keeper().release(kept);
        run.end();
        return true;
    }

    /**
     * A server has refused it for being read-only.
     *
     * @param wasPrimary whether that server was taken for the primary: then it was demoted since it was last looked at, and nothing
     *     has run
     */
    void startOnPrimary(boolean wasPrimary) {
        primaryOnly = true;
        demotionSeen |= wasPrimary;
        start();
    }

    /** Once: a server that is confirmed, and refuses it again, has its reasons. */
    boolean mayLookForNewPrimary() {
        return !demotionSeen;
    }

    private boolean isForAnyServer() {
        return run.isForReplicas()
                && !primaryOnly
                && !run.needsPrimary()
                && run.classification().hint().target() != RouteHint.Target.PRIMARY;
    }

    private void toPrimary() {
        if (demotionSeen || needsConfirmation(null)) {
            services.readIndex()
                    .confirmPrimary()
                    .onComplete(this::connect, failure -> run.refuse("no_server", noServer(failure)));
            return;
        }
        TopologySnapshot topology = services.topology().snapshot();
        ServerState primary = topology.primary();
        DatabaseServer server = primary == null ? standIn(topology) : primary.server();
        if (server != null) {
            connect(server);
        } else if (inTime()) {
            later();
        } else {
            run.refuse(
                    "no_server",
                    RouterErrors.noPrimary(services.topology().snapshot().problem(), elapsedMillis()));
        }
    }

    /** A replica that may answer in the primary's place, another one for each session; null where none may. */
    private @Nullable DatabaseServer standIn(TopologySnapshot topology) {
        if (!run.mayUseStandIn()) {
            return null;
        }
        List<DatabaseServer> left = topology.replicas().stream()
                .map(ServerState::server)
                .filter(server -> server.weight() > 0 && !failed.contains(server))
                .toList();
        return left.isEmpty() ? null : left.get(Math.floorMod(session.identity().connectionId(), left.size()));
    }

    /** Of a replica a statement can ask for an outcome that has nothing else to do. */
    private void toLastConnection() {
        ServerConnection last = session.lastStatement().connectionFor(run.classification());
        boolean suits = last != null
                && (session.isPrimary(last.server())
                        || (!primaryOnly && run.classification().has(Trait.ONLY_ASKS)));
        if (suits) {
            connectTo(last);
        } else {
            run.refuse("last_statement_gone", RouterErrors.lastStatementGone());
        }
    }

    private void toSequence() {
        ServerConnection last = session.sequenceValues().connection();
        if (last != null && last.isOpen() && session.isPrimary(last.server())) {
            connectTo(last);
        } else {
            run.refuse("last_statement_gone", RouterErrors.lastStatementGone());
        }
    }

    private void connectTo(ServerConnection last) {
        if (!needsConfirmation(null)) {
            connect(last.server());
            return;
        }
        services.readIndex()
                .confirmPrimary()
                .onComplete(
                        primary -> {
                            if (primary.equals(last.server())) {
                                connect(primary);
                            } else {
                                run.refuse("last_statement_gone", RouterErrors.lastStatementGone());
                            }
                        },
                        failure -> run.refuse("no_server", noServer(failure)));
    }

    private void connect(DatabaseServer server) {
        if (run.goesOn()) {
            attempts++;
            boolean again = sentAway && attempts == 2;
            ServerConnection joined = (attempts == 1 || again) && mayShare()
                    ? services.pools()
                            .join(
                                    server,
                                    session.memory().key(),
                                    session.memory().state(),
                                    session,
                                    run::fitsBesideOthers,
                                    again)
                    : null;
            if (joined != null) {
                if (joined.sharing().hasOthers()) {
                    services.metrics().shared();
                }
                run.acquired(joined);
                return;
            }
            services.pools()
                    .acquire(server, session.memory().key(), session.memory().state(), session, run);
        }
    }

    /** Whether it may be sent behind reads of other sessions, and others behind it: it only reads, and its kind has proved to be short. */
    private boolean mayShare() {
        Classification statement = run.classification();
        return statement.isRead()
                && statement.traits().isEmpty()
                && statement.pins().isEmpty()
                && statement.statements() == 1
                && run.expect() == Expect.RESULTS
                && !run.needsPrimary()
                && !run.bringsTransaction()
                && run.message.readableBytes() <= LONGEST_SHARED
                && run.count().isShort();
    }

    /** There is no connection for it, so that nothing was sent; or the connection has ended, or others are in its way there. */
    void failed(ServerFailure failure) {
        DatabaseServer server = failure.server();
        if (failure.kind() == ServerFailure.Kind.UNREACHABLE || failure.kind() == ServerFailure.Kind.LOST) {
            services.topology().recheck(server);
        }
        if (failure.kind() == ServerFailure.Kind.BUSY && !run.interruption().hasCome()) {
            sentAway = true;
            run.runsAgain(server, RepeatCause.SENT_AWAY);
            start();
        } else if (run.isHeld()) {
            session.lost(failure);
            run.end();
        } else if (run.hasPassedOn()) {
            session.cut("the server was lost in the middle of an answer: " + failure);
            run.end();
        } else if (run.isSent() && !run.mayRepeat()) {
            session.reads().lost();
            run.refuse("outcome_unknown", RouterErrors.outcomeUnknown(failure));
        } else if (run.interruption().hasCome()) {
            run.killed(run.interruption().error());
        } else if (mayTryAgain(failure)) {
            run.runsAgain(server, RepeatCause.SERVER_FAILED);
            tryAgain(server);
        } else {
            run.refuse(
                    failure.kind() == ServerFailure.Kind.EXHAUSTED ? "pool_exhausted" : "no_connection",
                    RouterErrors.noConnection(failure));
        }
    }

    /** Whether another attempt may help after this one has failed. */
    private boolean mayTryAgain(ServerFailure failure) {
        return attempts < MOST_ATTEMPTS
                && failure.kind() != ServerFailure.Kind.EXHAUSTED
                && !(failure.kind() == ServerFailure.Kind.REFUSED && session.isPrimary(failure.server()))
                && (inTime() || (run.mayRepeat() && !session.isPrimary(failure.server())));
    }

    /** Whether another server than the replica that it has been sent to can answer. */
    boolean mayGoElsewhere() {
        Classification statement = run.classification();
        return (isForAnyServer() || run.mayUseStandIn())
                && !statement.asksForOutcome()
                && !statement.has(Trait.ASKS_SEQUENCE_VALUE)
                && attempts < MOST_ATTEMPTS;
    }

    /** A replica takes neither what the session is in nor what it was asked in the primary's place: another server is asked, in the end the primary. */
    void refused(DatabaseServer replica) {
        services.metrics().repeated(replica.name(), RepeatCause.REFUSED);
        tryAgain(replica);
    }

    /** Elsewhere where that may be, else soon. */
    private void tryAgain(DatabaseServer server) {
        Set<DatabaseServer> more = new HashSet<>(failed);
        more.add(server);
        failed = more;
        if (run.isForReplicas() && !session.isPrimary(server)) {
            start();
        } else {
            later();
        }
    }

    private void later() {
        services.loop().schedule(this::start, RETRY_MILLIS, TimeUnit.MILLISECONDS);
    }

    private boolean inTime() {
        return elapsedMillis() < services.settings().primaryTimeout().toMillis();
    }

    private long elapsedMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedAt);
    }
}
