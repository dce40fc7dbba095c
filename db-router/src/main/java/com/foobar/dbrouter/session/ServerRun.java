package com.foobar.dbrouter.session;

import com.foobar.dbrouter.metrics.RepeatCause;
import com.foobar.dbrouter.pool.Adoption;
import com.foobar.dbrouter.pool.ConnectionWaiter;
import com.foobar.dbrouter.pool.Exchange;
import com.foobar.dbrouter.pool.ServerConnection;
import com.foobar.dbrouter.pool.ServerFailure;
import com.foobar.dbrouter.protocol.ErrPacket;
import com.foobar.dbrouter.protocol.PacketFramer;
import com.foobar.dbrouter.protocol.ResponseTracker;
import com.foobar.dbrouter.protocol.ResponseTracker.Expect;
import com.foobar.dbrouter.routing.Classification;
import com.foobar.dbrouter.routing.RouteHint;
import com.foobar.dbrouter.routing.ServerSchemas;
import com.foobar.dbrouter.topology.DatabaseServer;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * One command that a server runs, from choosing the server to the end of the answer.
 *
 * <pre>
 * {@link #start} ─► held connection ─────────────────────────────────────┐
 *    ├─ read ► a replica, or the primary ─┐                              ▼
 *    └─ else ► the primary ───────────────┴► pool ► session's state ► prepare ► send ► relay ► done
 * </pre>
 *
 * While there is no primary a replica may stand in for it ({@link #mayUseStandIn}). What fails before the command was sent is
 * tried again, on another server or on the next primary, until the time for it is over. After that only what may be repeated
 * is ({@link #mayRepeat}), and only while the client has seen nothing of the answer.
 */
abstract class ServerRun implements Exchange, ConnectionWaiter {
    final ClientSession session;
    final ByteBuf message;
    private final Classification classification;
    private final Expect expect;
    private final ServerSearch search;
    private final RunInterruption interruption;
    private final RunCount count;
    private final AnswerRelay relay;

    private @Nullable ServerConnection connection;

    private boolean held;
    private boolean sent;
    private boolean onStandIn;
    private boolean ended;

    /** @param message is released when the run has ended */
    ServerRun(ClientSession session, ByteBuf message, Classification classification, Expect expect) {
        this.session = session;
        this.message = message;
        this.classification = classification;
        this.expect = expect;
        this.search = new ServerSearch(this, session);
        this.interruption = new RunInterruption(this, session);
        this.count = new RunCount(session.services().metrics());
        this.relay = new AnswerRelay(this, session);
    }

    /** What to send; the caller releases it. */
    ByteBuf request(ServerConnection target) {
        return message.retainedDuplicate();
    }

    /** Anything that has to be there before the request: calls {@code done} when it is. */
    void prepare(ServerConnection target, Adoption done) {
        done.adopted();
    }

    /** Sees every piece of the answer before the client does, the first packet whole; gives what the client gets. */
    ByteBuf rewrite(ByteBuf piece) {
        return piece;
    }

    /** The server has carried it out. */
    void succeeded(ServerConnection target, ResponseTracker answer) {}

    /** The run has ended, well or not; nothing may be kept of it. */
    void cleanUp() {}

    /**
     * Whether a replica may answer it in the primary's place while there is none. The replica's error is no answer then: it may
     * only lack what the primary has.
     */
    boolean mayUseStandIn() {
        return false;
    }

    /** Whether it may be sent once more after a connection was lost with it. */
    boolean mayRepeat() {
        // What has been set on a connection, and the session has not heard of, is lost with that.
        return isForReplicas() || mayUseStandIn();
    }

    /** Whether it may be sent once more, elsewhere, after a server has refused it for being read-only. */
    final boolean mayRunAfterRefusal() {
        return mayRepeat() || classification.isAllOrNothing();
    }

    /** Whether the primary may be asked, once more, whether it still is one. */
    final boolean mayLookForNewPrimary() {
        return search.mayLookForNewPrimary();
    }

    /** Whether a replica may run it: a read, or the beginning of a transaction that only reads. */
    boolean isForReplicas() {
        return classification.isForReplicas();
    }

    /** Whether a transaction that only reads has begun with it on a replica. */
    final boolean beganOnReplica(ServerConnection target) {
        return !held && !classification.isRead() && isForReplicas() && !session.isPrimary(target.server());
    }

    /** Whether what it shows depends on when its transaction's view is fixed. */
    final boolean mayFixView() {
        return mayTellData() && TransactionView.mayDependOn(text());
    }

    /** Whether it is about what the session keeps its connection for, as an open cursor is. */
    boolean isAboutHeld() {
        return false;
    }

    /** Whether it has to be on the primary, though the statement is a read: tables without a database's name are the server's own where that is one of its own. */
    boolean needsPrimary() {
        return classification.isRead()
                && classification.hint().target() != RouteHint.Target.REPLICA
                && ServerSchemas.contain(schema());
    }

    /** The database whose tables need no name before them. */
    @Nullable
    String schema() {
        return session.memory().state().schema();
    }

    /** Whether it may tell the client what is in the database. */
    boolean mayTellData() {
        return classification.mayTellData();
    }

    /** The statement, one char per byte; empty where the command has none, or one that is too long to be looked into. */
    String text() {
        return "";
    }

    /** Whether it can be sent on the connection without anything before it that concerns others. */
    boolean fitsBesideOthers(ServerConnection target) {
        return true;
    }

    /** Whether it can be sent before the server has answered to the session's state ahead of it: nothing else has to come between, and nothing comes of it where that is refused. */
    boolean mayFollow(ServerConnection target) {
        return false;
    }

    /** Whether it is a read by itself, of one that is still there, and asks for nothing of what was run before. */
    final boolean isWantedReadAlone() {
        return !held
                && !bringsTransaction()
                && !session.isClosed()
                && !interruption.hasCome()
                && classification.isRead()
                && classification.isAllOrNothing()
                && !classification.needsInsertId()
                && !classification.asksForLastStatement();
    }

    /** What is counted of it. */
    final RunCount count() {
        return count;
    }

    /** The connection that it has been given; null while it waits for one. */
    final @Nullable ServerConnection connection() {
        return connection;
    }

    final boolean isSent() {
        return sent;
    }

    final RunInterruption interruption() {
        return interruption;
    }

    final Classification classification() {
        return classification;
    }

    final void start() {
        if (classification.asksForOutcome()) {
            session.lastStatement().isAskedFor();
        }
        interruption.start();
        ServerConnection kept = session.keeper().heldFor(this);
        ErrPacket impossible = kept == null ? null : session.keeper().impossible(classification);
        if (impossible != null) {
            refuse("held_on_replica", impossible);
        } else if (kept != null) {
            held = true;
            if (search.needsConfirmation(session.held())) {
                search.confirm(kept);
            } else if (search.needsSight(session.held())) {
                search.see(kept);
            } else {
                acquired(kept);
            }
        } else {
            search.start();
        }
    }

    /** Whether there is still somebody to answer; ends where not. */
    final boolean goesOn() {
        if (!ended && session.isClosed()) {
            end();
        }
        return !ended;
    }

    /** The session's transaction begins on the connection that it is given, which it has before it is sent; nothing was read in it yet. */
    final boolean bringsTransaction() {
        return search.leaving() != null;
    }

    /** It looks for a connection, as if the session kept none. */
    final void movesTransaction() {
        held = false;
    }

    @Override
    public final void acquired(ServerConnection target) {
        if (!goesOn()) {
            session.keeper().release(target);
            return;
        }
        connection = target;
        new Preparation(this, session, target, held).start();
    }

    final void lastStatementIsGone(ServerConnection target) {
        if (!held) {
            session.keeper().release(target);
        }
        connection = null;
        session.keeper().giveBackIfLingering();
        refuse("last_statement_gone", RouterErrors.lastStatementGone());
    }

    final void send(ServerConnection target) {
        if (session.isClosed()) {
            giveUp(target);
            end();
            return;
        }
        if (interruption.hasCome()) {
            refusedBefore(target, interruption.error());
            return;
        }
        ServerConnection left = search.leaving();
        if (left != null) {
            search.hasLeft();
            session.keeper().transactionMoved(left, target);
            held = true;
        }
        sent = true;
        onStandIn = !held && mayUseStandIn() && !session.isPrimary(target.server());
        count.sent(
                target.server().name(),
                session.isPrimary(target.server()),
                held ? session.held().because() : classification.reason());
        target.send(request(target), this);
    }

    /** It was sent behind what the server has refused: its answer there is dropped. */
    final void recall(ServerConnection target) {
        target.drop(this);
        relay.forget();
        sent = false;
    }

    /**
     * The server answered with an error to what had to come before the command. That is the command's answer where it comes from
     * the primary; a replica may only not have what the session is in yet, such as its database.
     */
    final void notAdopted(ServerConnection target, ErrPacket error) {
        boolean elsewhere = !held
                && !interruption.hasCome()
                && !session.isClosed()
                && !session.isPrimary(target.server())
                && search.mayGoElsewhere();
        if (elsewhere) {
            giveUp(target);
            connection = null;
            search.refused(target.server());
        } else {
            ErrPacket explained = interruption(error);
            refusedBefore(target, explained == null ? error : explained);
        }
    }

    /** What had to come before the command has an error for an answer, and the command has the same. */
    final void refusedBefore(ServerConnection target, ErrPacket error) {
        if (interruption.delays(() -> refusedBefore(target, error))) {
            return;
        }
        if (held && !session.isClosed()) {
            session.held().keep(target);
        } else {
            giveUp(target);
        }
        connection = null;
        answer(error);
    }

    private void giveUp(ServerConnection target) {
        if (!target.sharing().isShared()) {
            target.touch();
        }
        session.keeper().release(target);
    }

    @Override
    public final Expect expect() {
        return expect;
    }

    @Override
    public final void received(ByteBuf bytes, ResponseTracker tracker) {
        ServerConnection target = connection;
        if (session.isClosed() || target == null) {
            bytes.release();
            relay.forget();
        } else {
            relay.received(bytes, tracker, target);
        }
    }

    /** Why the statement has been ended before it was done; null where the error is none that this explains. */
    final @Nullable ErrPacket interruption(ErrPacket error) {
        return interruption.explains(error) ? interruption.error() : null;
    }

    /** Whether it has been sent to another server than the primary, in its place. */
    final boolean isOnStandIn() {
        return onStandIn;
    }

    /** Whether the session keeps its connection for it, so that it cannot run elsewhere. */
    final boolean isHeld() {
        return held;
    }

    @Override
    public final boolean canRunElsewhere() {
        return mayRepeat() && !held && !relay.hasPassedOn();
    }

    @Override
    public final void readComplete() {
        session.flush();
    }

    /** The client has taken what was waiting for it. */
    final void clientWritable() {
        if (connection != null && sent) {
            connection.reading(true);
        }
    }

    @Override
    public final void fileWanted() {
        session.fileWanted(this);
    }

    /**
     * Passes on a packet of the client's file.
     *
     * @param gone runs when it is no longer kept
     */
    final void sendFile(ByteBuf packets, boolean last, Runnable gone) {
        ServerConnection target = connection;
        if (target == null) {
            packets.release();
            gone.run();
        } else {
            relay.passFile(packets, last);
            target.sendFile(packets, last, gone);
        }
    }

    final boolean canTakeFile() {
        return connection == null || connection.isWritable();
    }

    @Override
    public final void writable(boolean writable) {
        session.serverWritable(writable);
    }

    @Override
    public final void completed(ResponseTracker tracker) {
        ServerConnection target = connection;
        if (ended || target == null) {
            return;
        }
        ErrPacket error = tracker.error();
        ErrPacket farewell = error != null && error.isFarewell() ? error : null;
        if (farewell != null) {
            // Nothing that is sent there now would be read.
            target.close();
        }
        if (session.isClosed()) {
            connection = null;
            session.keeper().release(target);
            end();
            return;
        }
        target.reading(true);
        if (interruption.delays(() -> completed(tracker))) {
            return;
        }
        if (farewell != null && relay.isWithheld()) {
            failed(ServerFailure.announced(target.server(), farewell));
            return;
        }
        if (relay.isWithheld() && onStandIn) {
            relay.forget();
            sent = false;
            connection = null;
            giveUp(target);
            search.refused(target.server());
            return;
        }
        if (relay.isWithheld()) {
            boolean amongOthers = target.sharing().hasOthers();
            if (amongOthers) {
                count.worked(target, tracker, relay.bytes());
            }
            relay.forget();
            sent = false;
            connection = null;
            session.keeper().release(target);
            repeated(target.server(), amongOthers ? RepeatCause.OUTCOME : RepeatCause.READ_ONLY);
            if (amongOthers) {
                search.start();
            } else {
                search.startOnPrimary(session.isPrimary(target.server()));
            }
            return;
        }
        count.answered(target.server().name(), tracker);
        if (classification.isRead() && !held) {
            // In a transaction every answer says that the session is another.
            count.worked(target, tracker, relay.bytes());
        }
        if (expect != Expect.PREPARED) {
            boolean mayWrite = !classification.isRead() && !onStandIn && !session.isReplica(target.server());
            session.reads().note(target, mayWrite, tracker);
        }
        if (error == null) {
            succeeded(target, tracker);
        }
        connection = null;
        session.ran(target, this, tracker);
        end();
    }

    /** {@code KILL QUERY}: it ends as soon as may be. */
    final void interrupt() {
        interruption.come();
    }

    /** It is answered, though the server goes on with it: nothing more of that is for it. */
    final void killed(ErrPacket error) {
        connection = null;
        refuse("killed", error);
    }

    @Override
    public final void begins() {
        interruption.begins();
    }

    @Override
    public final void othersAreGone() {
        count.isMistrusted();
        interruption.othersAreGone();
    }

    final boolean hasPassedOn() {
        return relay.hasPassedOn();
    }

    /** There is no connection for it: nothing was sent. Or the connection has ended. */
    @Override
    public final void failed(ServerFailure failure) {
        if (!goesOn()) {
            // Nobody is there to be told; the connection ended because of that, as often as not.
            return;
        }
        connection = null;
        search.failed(failure);
    }

    /** Nothing of it has reached the client, and it is sent once more. */
    final void runsAgain(DatabaseServer server, RepeatCause cause) {
        relay.forget();
        if (sent) {
            repeated(server, cause);
            sent = false;
        }
    }

    private void repeated(DatabaseServer server, RepeatCause cause) {
        session.services().metrics().repeated(server.name(), cause);
    }

    final void refuse(String kind, ErrPacket error) {
        if (goesOn()) {
            count.refused(kind);
            answer(error);
        }
    }

    private void answer(ErrPacket error) {
        session.reply(error.write(session.allocator(), PacketFramer.answerSequence(message)));
        end();
    }

    /** The client is gone: what runs for it is of no use any more. */
    final void abandon() {
        if (!search.abandonConfirmation()) {
            interruption.clientIsGone();
        }
    }

    final boolean hasEnded() {
        return ended;
    }

    final void end() {
        if (!ended) {
            ended = true;
            relay.forget();
            interruption.stop();
            cleanUp();
            message.release();
            session.finished(this);
        }
    }
}
