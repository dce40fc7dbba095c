package com.foobar.dbrouter.session;

import com.foobar.dbrouter.pool.ConnectionKey;
import com.foobar.dbrouter.pool.ServerConnection;
import com.foobar.dbrouter.pool.ServerFailure;
import com.foobar.dbrouter.pool.SessionState;
import com.foobar.dbrouter.protocol.ErrPacket;
import com.foobar.dbrouter.protocol.MalformedPacketException;
import com.foobar.dbrouter.protocol.OkPacket;
import com.foobar.dbrouter.protocol.PacketFramer;
import com.foobar.dbrouter.protocol.Packets;
import com.foobar.dbrouter.protocol.ResponseTracker;
import com.foobar.dbrouter.protocol.StatusFlags;
import com.foobar.dbrouter.routing.Classification;
import com.foobar.dbrouter.routing.RouteReason;
import com.foobar.dbrouter.topology.DatabaseServer;
import com.foobar.dbrouter.topology.ServerState;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client that has logged in. Its commands run one at a time in the order of their arrival, however many it sends ahead:
 * that keeps the answers of different servers in order. What it sends ahead waits unread in the socket beyond {@value
 * #READ_AHEAD} bytes.
 *
 * <p>Everything belongs to the event loop of the client's channel.
 */
public final class ClientSession extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(ClientSession.class);

    private static final int READ_AHEAD = 64 << 10;
    private final Channel channel;
    private final SessionServices services;
    private final ClientIdentity identity;
    private final PacketFramer framer;
    private final CommandDispatcher dispatcher;
    private final HeldConnection held;
    private final ClientStatements statements;

    private ConnectionKey key;
    private SessionState initialState;
    private SessionState state;
    private int status = StatusFlags.AUTOCOMMIT;
    private long lastInsertId;

    private @Nullable ServerRun current;
    private @Nullable ServerRun fileFor;
    private @Nullable ServerConnection lastConnection;
    private @Nullable ServerConnection insertedOn;
    private @Nullable ScheduledFuture<?> lingering;
    private long lastCommandAt = System.nanoTime();
    private boolean processing;
    private boolean draining;
    private boolean closed;

    /**
     * @param framer with what the client has sent after its login
     * @param state as the login has it
     */
    public ClientSession(
            Channel channel,
            SessionServices services,
            ClientIdentity identity,
            PacketFramer framer,
            ConnectionKey key,
            SessionState state) {
        this.channel = channel;
        this.services = services;
        this.identity = identity;
        this.framer = framer;
        this.key = key;
        this.initialState = state;
        this.state = state;
        this.held = new HeldConnection(services.metrics());
        this.statements = new ClientStatements(services.settings().maxPrepared());
        this.dispatcher = new CommandDispatcher(this);
        framer.limit(services.settings().maxPacket().bytes());
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        long idleMillis = services.settings().idleTimeout().toMillis();
        long period = Math.max(100, Math.min(idleMillis / 4, 60_000));
        ScheduledFuture<?> idleCheck = services.loop()
                .scheduleWithFixedDelay(
                        () -> {
                            if (isIdle() && System.nanoTime() - lastCommandAt > idleMillis * 1_000_000) {
                                cut("no command for " + idleMillis + " ms (sessions.idle-timeout)");
                            }
                        },
                        period,
                        period,
                        TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(closedNow -> idleCheck.cancel(false));
        process();
    }

    // ---- what the client sends

    @Override
    public void channelRead(ChannelHandlerContext context, Object input) {
        if (closed) {
            ((ByteBuf) input).release();
            return;
        }
        framer.add((ByteBuf) input);
        process();
    }

    private void process() {
        if (processing || closed) {
            return;
        }
        processing = true;
        try {
            ByteBuf message;
            while (!closed && (message = nextMessage()) != null) {
                lastCommandAt = System.nanoTime();
                ServerRun wantsFile = fileFor;
                if (wantsFile != null) {
                    passOnFile(wantsFile, message);
                } else {
                    dispatcher.dispatch(message);
                }
            }
        } catch (MalformedPacketException e) {
            refuseAndClose(RouterErrors.malformed(e.getMessage()));
        } finally {
            processing = false;
        }
        if (!closed) {
            endIfDraining();
            readAsNeeded();
        }
    }

    private @Nullable ByteBuf nextMessage() {
        ServerRun wantsFile = fileFor;
        if (wantsFile != null) {
            return wantsFile.canTakeFile() ? framer.next() : null;
        }
        return current == null ? framer.next() : null;
    }

    /** The client is read while nothing runs, and a little ahead otherwise: that also shows when it goes away. */
    private void readAsNeeded() {
        ServerRun wantsFile = fileFor;
        boolean wanted =
                wantsFile != null ? wantsFile.canTakeFile() : current == null || framer.buffered() < READ_AHEAD;
        if (channel.config().isAutoRead() != wanted) {
            channel.config().setAutoRead(wanted);
        }
    }

    void fileWanted(ServerRun run) {
        fileFor = run;
        flush();
        process();
    }

    private void passOnFile(ServerRun run, ByteBuf packet) {
        boolean last = packet.readableBytes() == Packets.HEADER;
        if (last) {
            fileFor = null;
        }
        run.sendFile(packet, last);
    }

    void serverWritable(boolean writable) {
        if (fileFor != null && writable) {
            process();
        } else if (fileFor != null) {
            readAsNeeded();
        }
    }

    // ---- what the client gets

    /** @return whether more may be written at once */
    boolean write(ByteBuf bytes) {
        channel.write(bytes, channel.voidPromise());
        return channel.isWritable();
    }

    void flush() {
        channel.flush();
    }

    /** Answers by itself. */
    void reply(ByteBuf packet) {
        if (closed) {
            packet.release();
        } else {
            channel.writeAndFlush(packet, channel.voidPromise());
        }
    }

    void replyOk() {
        reply(OkPacket.write(allocator(), 1, status));
    }

    void replyError(String kind, ErrPacket error) {
        services.metrics().error(kind);
        reply(error.write(allocator(), 1));
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        ServerRun run = current;
        if (run != null && channel.isWritable()) {
            run.clientWritable();
        }
    }

    // ---- runs

    void start(ServerRun run) {
        current = run;
        run.start();
    }

    /** The run has ended; its answer, if any, has been written. */
    void finished(ServerRun run) {
        if (current == run) {
            current = null;
            fileFor = null;
        }
        process();
    }

    /**
     * The connection that the statement has to run on, if the session keeps one. One that is only kept for questions about
     * the last statement is given back for anything else.
     */
    @Nullable
    ServerConnection heldFor(Classification classification) {
        if (classification.asksForLastStatement()) {
            stopLingering();
        } else {
            giveBackIfLingering();
        }
        return held.connection();
    }

    /** Notes what the answer says of the session, and gives the connection back or keeps it. */
    void ran(ServerConnection connection, ServerRun run, ResponseTracker answer) {
        flush();
        Classification classification = run.classification();
        boolean known = answer.hasStatus();
        if (known) {
            status = answer.status()
                    & ~(StatusFlags.MORE_RESULTS_EXISTS
                            | StatusFlags.CURSOR_EXISTS
                            | StatusFlags.LAST_ROW_SENT
                            | StatusFlags.SESSION_STATE_CHANGED);
        }
        if (answer.lastInsertId() != 0) {
            lastInsertId = answer.lastInsertId();
            insertedOn = connection;
        }
        noteSchema(connection, answer);
        boolean mayHaveBegun = !known && !classification.isRead() && classification.reason() != RouteReason.DATA_CHANGE;
        lastConnection = connection;
        if (held.update(connection, classification, answer)) {
            if (held.isLingering()) {
                linger();
            }
        } else {
            if (mayHaveBegun || classification.reason().mayLeaveAnything()) {
                connection.touch();
            }
            release(connection);
        }
    }

    private void noteSchema(ServerConnection connection, ResponseTracker answer) {
        OkPacket ok = answer.ok();
        if (ok == null) {
            return;
        }
        for (OkPacket.SessionChange change : ok.changes()) {
            if (change.type() == OkPacket.SessionChange.SCHEMA) {
                stateIs(connection, state.withSchema(change.value().isEmpty() ? null : change.value()));
            }
        }
    }

    private void linger() {
        ServerConnection kept = held.connection();
        lingering = services.loop()
                .schedule(
                        () -> {
                            if (!closed && current == null && held.isLingering() && held.connection() == kept) {
                                giveBack();
                            }
                        },
                        services.settings().linger().toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    private void stopLingering() {
        if (lingering != null) {
            lingering.cancel(false);
            lingering = null;
        }
    }

    /** Gives back what is held. What the session left on it is cleared away. */
    void giveBack() {
        ServerConnection connection = held.connection();
        if (connection != null) {
            if (held.leavesSomething()) {
                connection.touch();
            }
            held.clear();
            release(connection);
        }
    }

    void giveBackIfLingering() {
        stopLingering();
        if (held.isLingering()) {
            giveBack();
        }
    }

    void release(ServerConnection connection) {
        services.pools().release(connection, this);
    }

    void keep(ServerConnection connection) {
        held.keep(connection);
    }

    /** The connection with everything that was held on it has ended: so does the session, or the client would go on unaware. */
    void lost(ServerFailure failure) {
        if (closed) {
            return;
        }
        ErrPacket error = RouterErrors.stateLost(failure, held.describe());
        services.metrics().error("state_lost");
        held.clear();
        refuseAndClose(error);
    }

    // ---- state

    /** The session is in another state by a statement that ran on this connection. */
    void stateIs(ServerConnection connection, SessionState changed) {
        state = changed;
        connection.stateIs(changed);
    }

    /** As after login, but in the current database; what was prepared or held is gone. */
    void startOver() {
        giveBack();
        statements.clear();
        state = initialState.withSchema(state.schema());
        status = StatusFlags.AUTOCOMMIT;
        lastInsertId = 0;
        insertedOn = null;
    }

    /** Another user goes on with the connection. */
    void becomes(ConnectionKey other, SessionState fresh) {
        giveBack();
        statements.clear();
        key = other;
        initialState = fresh;
        state = fresh;
        status = StatusFlags.AUTOCOMMIT;
        lastInsertId = 0;
        insertedOn = null;
    }

    void capabilitiesAre(int capabilities) {
        key = new ConnectionKey(key.user(), capabilities);
    }

    SessionServices services() {
        return services;
    }

    ClientIdentity identity() {
        return identity;
    }

    ConnectionKey key() {
        return key;
    }

    SessionState state() {
        return state;
    }

    SessionState initialState() {
        return initialState;
    }

    ClientStatements statements() {
        return statements;
    }

    HeldConnection held() {
        return held;
    }

    Enum<?> heldBecause() {
        return held.because();
    }

    int status() {
        return status;
    }

    long lastInsertId() {
        return lastInsertId;
    }

    ByteBufAllocator allocator() {
        return channel.alloc();
    }

    boolean isClosed() {
        return closed;
    }

    boolean isPrimary(DatabaseServer server) {
        ServerState primary = services.topology().snapshot().primary();
        return primary != null && primary.server().equals(server);
    }

    /** The connection that ran the last statement, if nobody has used it since. */
    @Nullable
    ServerConnection lastConnection() {
        ServerConnection last = lastConnection;
        return last != null && last.isOpen() && last.lastUser() == this ? last : null;
    }

    /** Whether the connection knows the id that the session's last insert gave. */
    boolean hasInsertedOn(ServerConnection connection, boolean isHeld) {
        return insertedOn == connection && (isHeld || connection.lastUser() == this);
    }

    private boolean isIdle() {
        return current == null && !closed;
    }

    // ---- the end

    /** Ends the session as soon as it is in no transaction and nothing runs. From the event loop. */
    public void drain() {
        draining = true;
        endIfDraining();
    }

    private void endIfDraining() {
        if (draining && isIdle() && !held.inTransaction() && framer.buffered() == 0) {
            close();
        }
    }

    void refuseAndClose(ErrPacket error) {
        refuseAndClose(error, 1);
    }

    void refuseAndClose(ErrPacket error, int sequence) {
        if (closed) {
            return;
        }
        log.debug("session {} of {} ends: {}", identity.connectionId(), identity.address(), error.message());
        ByteBuf packet = error.write(allocator(), sequence);
        channel.writeAndFlush(packet).addListener(ChannelFutureListener.CLOSE);
        ended();
    }

    /** Ends the session without a word. */
    void cut(String reason) {
        log.debug("session {} of {} is cut: {}", identity.connectionId(), identity.address(), reason);
        close();
    }

    /** Ends the session. */
    public void close() {
        ended();
        channel.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        ended();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        cut(String.valueOf(cause.getMessage()));
    }

    private void ended() {
        if (closed) {
            return;
        }
        closed = true;
        stopLingering();
        ServerRun run = current;
        if (run != null) {
            run.abandon();
        } else {
            giveBack();
        }
        held.clear();
        statements.clear();
        framer.close();
    }
}
