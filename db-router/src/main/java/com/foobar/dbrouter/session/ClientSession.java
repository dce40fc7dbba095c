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
import com.foobar.dbrouter.routing.Consistency;
import com.foobar.dbrouter.topology.DatabaseServer;
import com.foobar.dbrouter.topology.ServerRole;
import com.foobar.dbrouter.topology.ServerState;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
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
    private final ConnectionKeeper keeper;
    private final SessionMemory memory;
    private final SessionReads reads;
    private final ClientStatements statements;
    private final ClientPatience patience;

    private @Nullable ServerRun current;
    private @Nullable ServerRun fileFor;
    private final SessionUser user;
    private volatile String userName;

    /** The sequence id that the answer to the client's last command begins with. */
    private int answersFrom = 1;

    private boolean processing;
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
        this.services = services;
        this.identity = identity;
        this.framer = framer;
        this.memory = new SessionMemory(key, state);
        this.user = user;
        this.userName = key.user();
        this.reads = new SessionReads(consistency);
        this.keeper = new ConnectionKeeper(this);
        this.statements = new ClientStatements(
                services.settings().maxPrepared(), services.pools().statements());
        this.dispatcher = new CommandDispatcher(this);
        this.patience = new ClientPatience(services.loop(), services.settings().idleTimeout(), this::isIdle, this::cut);
        framer.limit(services.settings().maxPacket().bytes());
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        patience.start();
        services.clients().add(this);
        channel.closeFuture().addListener(closedNow -> services.clients().remove(this));
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
                patience.active();
                ServerRun wantsFile = fileFor;
                if (wantsFile != null) {
                    passOnFile(wantsFile, message);
                } else {
                    answersFrom = PacketFramer.answerSequence(message);
                    dispatcher.dispatch(message);
                }
            }
        } catch (MalformedPacketException e) {
            services.metrics().error("malformed");
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
        return current == null && !dispatcher.isComputing() ? framer.next() : null;
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

    /** What kept the next command waiting has ended. */
    void resume() {
        process();
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
        reply(OkPacket.write(allocator(), answersFrom, memory.status()));
    }

    void replyError(String kind, ErrPacket error) {
        services.metrics().error(kind);
        reply(error.write(allocator(), answersFrom));
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
            patience.active();
            patience.state(memory.state());
        }
        process();
    }

    /** Notes what the answer says of the session, and gives the connection back or keeps it. */
    void ran(ServerConnection connection, ServerRun run, ResponseTracker answer) {
        flush();
        memory.note(connection, answer);
        keeper.ran(connection, run, answer);
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
        keeper.giveBack();
        statements.clear();
        memory.startOver();
        patience.state(memory.state());
    }

    /** Another user goes on with the connection. */
    void becomes(ConnectionKey other, SessionState fresh) {
        keeper.giveBack();
        statements.clear();
        memory.becomes(other, fresh);
        patience.state(memory.state());
        userName = other.user();
        reads.become(services.consistency().of(other.user()));
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

    boolean isClosed() {
        return closed;
    }

    boolean isPrimary(DatabaseServer server) {
        ServerState primary = services.topology().snapshot().primary();
        return primary != null && primary.server().equals(server);
    }

    boolean isReplica(DatabaseServer server) {
        return services.topology().snapshot().servers().stream()
                .anyMatch(state ->
                        state.role() == ServerRole.REPLICA && state.server().equals(server));
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

    private void endIfDraining() {
        if (draining && isIdle() && !held().inTransaction() && framer.buffered() == 0) {
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
        framer.close();
    }
}
