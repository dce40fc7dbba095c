package com.foobar.dbrouter.session;

import com.foobar.dbrouter.pool.ConnectionKey;
import com.foobar.dbrouter.pool.ConnectionUser;
import com.foobar.dbrouter.pool.ServerConnection;
import com.foobar.dbrouter.pool.ServerFailure;
import com.foobar.dbrouter.pool.SessionState;
import com.foobar.dbrouter.protocol.ClassicAnswer;
import com.foobar.dbrouter.protocol.ErrPacket;
import com.foobar.dbrouter.protocol.OkPacket;
import com.foobar.dbrouter.protocol.PacketFramer;
import com.foobar.dbrouter.protocol.ResponseTracker;
import com.foobar.dbrouter.routing.Consistency;
import com.foobar.dbrouter.topology.DatabaseServer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client that has logged in. Its commands run one at a time in the order of their arrival, however many it sends ahead:
 * that keeps the answers of different servers in order.
 *
 * <p>Everything belongs to the event loop of the client's channel.
 */
public final class ClientSession extends ChannelInboundHandlerAdapter implements ConnectionUser {
    private static final Logger log = LoggerFactory.getLogger(ClientSession.class);

    private final Channel channel;
    private final SessionServices services;
    private final ClientIdentity identity;
    private final ClientInput input;
    private final ClientOutput output;
    private final ConnectionKeeper keeper;
    private final SessionMemory memory;
    private final SessionReads reads;
    private final LastStatement lastStatement = new LastStatement();
    private final LastInsertId lastInsertId = new LastInsertId();
    private final SequenceValues sequenceValues = new SequenceValues();
    private final ClientStatements statements;
    private final ClientPatience patience;
    private final @Nullable ClassicAnswer classic;

    private @Nullable ServerRun current;
    private final SessionUser user;
    private volatile String userName;

    private boolean draining;
    private boolean closed;

    /**
     * @param user who has come in
     * @param framer with what the client has sent after its login
     * @param state as the login has it
     * @param consistency what its reads are promised
     */
    public ClientSession(
            Channel channel,
            SessionServices services,
            ClientIdentity identity,
            SessionUser user,
            PacketFramer framer,
            ConnectionKey key,
            SessionState state,
            Consistency consistency) {
        this.channel = channel;
        this.output = new ClientOutput(channel);
        this.services = services;
        this.identity = identity;
        this.memory = new SessionMemory(key, state);
        this.user = user;
        this.userName = key.user();
        this.reads = new SessionReads(consistency);
        this.keeper = new ConnectionKeeper(this);
        this.statements = new ClientStatements(
                services.settings().maxPrepared(),
                services.settings().maxPreparedText().bytes(),
                services.settings().maxPacket().bytes(),
                services.memory(),
                services.pools().statements());
        this.patience = new ClientPatience(services.loop(), services.settings().idleTimeout(), this::isIdle, this::cut);
        this.classic = ClassicAnswer.forClient(channel.alloc(), identity.capabilities());
        this.input = new ClientInput(this, channel, framer);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        patience.start();
        services.clients().add(this);
        channel.closeFuture().addListener(closedNow -> services.clients().remove(this));
        input.process();
    }

    // ---- what the client sends

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        input.received((ByteBuf) message);
    }

    /** The client has sent a command, or the server has answered one. */
    void active() {
        patience.active();
    }

    /** What kept the next command waiting has ended. */
    void resume() {
        input.process();
    }

    void fileWanted(ServerRun run) {
        flush();
        input.fileWanted(run);
    }

    void serverWritable(boolean writable) {
        input.serverWritable(writable);
    }

    // ---- what the client gets

    ClientOutput output() {
        return output;
    }

    void flush() {
        output.flush();
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
        reply(OkPacket.write(allocator(), input.answersFrom(), memory.status()));
    }

    void replyError(String kind, ErrPacket error) {
        services.metrics().error(kind);
        reply(error.write(allocator(), input.answersFrom()));
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (!channel.isWritable()) {
            return;
        }
        ServerRun run = current;
        if (run != null) {
            run.clientWritable();
        }
        input.process();
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
            if (input.isInFile() && !closed) {
                // The client does not read before it has sent all of it, and none of that is a command.
                log.debug("session {} of {} ends in the middle of a file", identity.connectionId(), identity.host());
                channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
                ended();
                return;
            }
            patience.active();
            patience.state(memory.state());
        }
        input.process();
    }

    /** Notes what the answer says of the session, and gives the connection back or keeps it. */
    void ran(ServerConnection connection, ServerRun run, ResponseTracker answer) {
        flush();
        memory.note(connection, answer);
        keeper.ran(connection, run, answer);
    }

    @Override
    public void letsGo(ServerConnection connection) {
        lastStatement.letsGo(connection);
        sequenceValues.letsGo(connection);
        if (!closed) {
            lastInsertId.letsGo(connection);
        }
    }

    /** The connection with everything that was held on it has ended: so does the session, or the client would go on unaware. */
    void lost(ServerFailure failure) {
        if (closed) {
            return;
        }
        ErrPacket error = RouterErrors.stateLost(failure, held().describe());
        services.metrics().error("state_lost");
        held().clear();
        refuseAndClose(error);
    }

    // ---- what belongs to it

    /** As after login, but in the current database; what was prepared or held is gone. */
    void startOver() {
        lastInsertId.startOver();
        keeper.giveBack();
        lastStatement.startOver();
        sequenceValues.startOver();
        statements.clear();
        memory.startOver();
        patience.state(memory.state());
    }

    /** Another user goes on with the connection. What the session keeps is still to be given back. */
    void becomes(ConnectionKey other, SessionState fresh, Consistency consistency) {
        lastInsertId.startOver();
        lastStatement.startOver();
        sequenceValues.startOver();
        statements.clear();
        memory.becomes(other, fresh);
        patience.state(memory.state());
        userName = other.user();
        reads.become(consistency);
    }

    SessionUser user() {
        return user;
    }

    /** The loop that everything of it belongs to. From any thread. */
    public EventLoop loop() {
        return services.loop();
    }

    /** What runs now, if anything does. */
    @Nullable
    ServerRun current() {
        return current;
    }

    double idleSeconds() {
        return patience.idleSeconds();
    }

    SessionServices services() {
        return services;
    }

    ClientIdentity identity() {
        return identity;
    }

    /** What it is in. */
    SessionMemory memory() {
        return memory;
    }

    /** What its reads have to see. */
    SessionReads reads() {
        return reads;
    }

    /** What its next statement can ask of its last one. */
    LastStatement lastStatement() {
        return lastStatement;
    }

    /** What it can ask of the sequences that it has taken values of. */
    SequenceValues sequenceValues() {
        return sequenceValues;
    }

    LastInsertId lastInsertId() {
        return lastInsertId;
    }

    /** Its server connection, while it keeps one. */
    ConnectionKeeper keeper() {
        return keeper;
    }

    /** What it keeps the connection for. */
    HeldConnection held() {
        return keeper.held();
    }

    ClientStatements statements() {
        return statements;
    }

    ByteBufAllocator allocator() {
        return channel.alloc();
    }

    /** Brings answers into the client's form; null where it understands them as they come. */
    @Nullable
    ClassicAnswer classic() {
        return classic;
    }

    boolean isClosed() {
        return closed;
    }

    boolean isPrimary(DatabaseServer server) {
        return services.topology().snapshot().isPrimary(server);
    }

    boolean isReplica(DatabaseServer server) {
        return services.topology().snapshot().isReplica(server);
    }

    /** Whether it waits for the client. */
    boolean isIdle() {
        return current == null && !closed;
    }

    // ---- the end

    /** Ends the session as soon as it is in no transaction and nothing runs. From the event loop. */
    public void drain() {
        draining = true;
        endIfDraining();
    }

    void endIfDraining() {
        if (draining && isIdle() && !held().inTransaction() && input.isEmpty()) {
            close();
        }
    }

    /** Who it is of. From any thread. */
    String userName() {
        return userName;
    }

    /**
     * As {@code KILL QUERY} and {@code KILL CONNECTION}. From any thread; happens soon.
     *
     * @param queryOnly whether the session goes on
     */
    void kill(boolean queryOnly) {
        services.loop().execute(() -> {
            ServerRun run = current;
            if (closed) {
                return;
            }
            if (queryOnly) {
                if (run != null) {
                    run.interrupt();
                }
            } else if (run != null && !run.hasPassedOn()) {
                refuseAndClose(RouterErrors.interrupted());
            } else {
                cut("killed");
            }
        });
    }

    void refuseAndClose(ErrPacket error) {
        refuseAndClose(error, 1);
    }

    void refuseAndClose(ErrPacket error, int sequence) {
        if (closed) {
            return;
        }
        log.debug("session {} of {} ends: {}", identity.connectionId(), identity.host(), error.message());
        ByteBuf packet = error.write(allocator(), sequence);
        channel.writeAndFlush(packet).addListener(ChannelFutureListener.CLOSE);
        ended();
    }

    /** Ends the session without a word. */
    void cut(String reason) {
        log.debug("session {} of {} is cut: {}", identity.connectionId(), identity.host(), reason);
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
        patience.stop();
        keeper.stopLingering();
        ServerRun run = current;
        if (run != null) {
            run.abandon();
        } else {
            keeper.giveBack();
        }
        held().clear();
        statements.clear();
        input.close();
    }
}
