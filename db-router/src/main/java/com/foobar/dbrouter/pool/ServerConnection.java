package com.foobar.dbrouter.pool;

import com.foobar.dbrouter.pool.ServerFailure.Kind;
import com.foobar.dbrouter.protocol.CapabilityFlags;
import com.foobar.dbrouter.protocol.Command;
import com.foobar.dbrouter.protocol.HandshakeV10;
import com.foobar.dbrouter.protocol.MalformedPacketException;
import com.foobar.dbrouter.protocol.ResponseTracker;
import com.foobar.dbrouter.topology.DatabaseServer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a server, logged in. Commands may be sent one behind another; answers reach their {@link Exchange}s in
 * that order. Everything here belongs to the channel's event loop.
 */
public final class ServerConnection extends ChannelInboundHandlerAdapter {
    /** MYSQL_OPTION_MULTI_STATEMENTS_ON and _OFF, of two bytes. */
    private static final String ON = "\0\0";

    private static final String OFF = "\1\0";

    private final DatabaseServer server;
    private ConnectionKey key;
    private final Channel channel;
    private final HandshakeV10 greeting;
    private final ServerStatements statements;
    private final ExchangeQueue exchanges = new ExchangeQueue(this::isEmpty, this::isAnswered);

    private final long openedAt = System.nanoTime();

    private final SessionOnServer session;
    private final SharedUse sharing;
    private boolean closing;
    private boolean quitting;
    private boolean flushing;
    private @Nullable ConnectionUser user;
    private long idleSince;
    private @Nullable Runnable onClosed;
    private @Nullable Runnable onAnswered;

    ServerConnection(
            DatabaseServer server,
            ConnectionKey key,
            Channel channel,
            HandshakeV10 greeting,
            SessionState state,
            StatementUse use,
            int maxPrepared) {
        this.server = server;
        this.key = key;
        this.channel = channel;
        this.greeting = greeting;
        this.statements = new ServerStatements(this, this::send, use, maxPrepared);
        this.session = new SessionOnServer(this, this::send, state);
        this.sharing = new SharedUse(server, exchanges, session);
    }

    /** @return how many sessions use it at once */
    public SharedUse sharing() {
        return sharing;
    }

    /** @return since when the server works on what it has been sent first; System.nanoTime() */
    public long workingSince() {
        return exchanges.headSince();
    }

    /** @return whether that is known: not of an answer that was read together with the one before it */
    public boolean isTimed() {
        return exchanges.isTimed();
    }

    /** @param action runs as soon as all that has been sent is answered; not where the connection ends */
    void whenAnswered(Runnable action) {
        onAnswered = action;
    }

    /** @return where it leads */
    public DatabaseServer server() {
        return server;
    }

    ConnectionKey key() {
        return key;
    }

    /** @return whether sessions of that key can be served as it is */
    public boolean isOf(ConnectionKey wanted) {
        return key.equals(wanted);
    }

    /** @return the server's version as it greets */
    public String serverVersion() {
        return greeting.serverVersion();
    }

    /** @return the server's own id of the connection, unsigned */
    public int id() {
        return greeting.connectionId();
    }

    /** @return what it has prepared */
    public ServerStatements statements() {
        return statements;
    }

    /** @return what of a session's own is on it besides its state: ids, values of sequences */
    public SessionOnServer session() {
        return session;
    }

    /** @return what of a session is on it */
    public SessionState state() {
        return session.state();
    }

    /** The session has changed the connection's state by a statement of its own. */
    public void stateIs(SessionState changed) {
        session.stateIs(changed);
    }

    /** @return whether every write that is answered tells its position ({@link ResponseTracker#positions}) */
    public boolean tellsPositions() {
        return session.tellsPositions();
    }

    /** The session has set itself what the server tells of it. */
    public void tellingIsChanged() {
        session.tellingIsChanged();
    }

    /** The session leaves something on it that must not be there for the next one: it is reset before. */
    public void touch() {
        session.touch();
    }

    /** The server has refused a part of what the connection was to be in: that is not known any more. */
    void isRefused() {
        session.isRefused();
    }

    boolean isTouched() {
        return session.isTouched();
    }

    /** @return whether it can still be used */
    public boolean isOpen() {
        return !closing && channel.isActive();
    }

    /** @return whether all that has been sent has been answered */
    public boolean isAnswered() {
        return exchanges.isEmpty();
    }

    /** What has been written leaves at the end of the loop's turn, with what else is written until then. */
    void flushLater() {
        if (!flushing) {
            flushing = true;
            channel.eventLoop().execute(() -> {
                if (flushing) {
                    flush();
                }
            });
        }
    }

    private void flush() {
        flushing = false;
        channel.flush();
    }

    /** @return whether all that sessions have sent, or had the router send, has been answered */
    public boolean isQuiet() {
        return exchanges.areAllOfTheRouter();
    }

    /** @return whether what the server works on is a session's own, or sent for one that waits for it */
    public boolean worksForSession() {
        Exchange first = exchanges.peek();
        return first != null && !first.isOfTheRouter();
    }

    /** @return whether something on it is not answered yet that its session has taken elsewhere */
    boolean hasDropped() {
        return exchanges.hasDropped();
    }

    /** @return whether what the server works on is of that kind */
    boolean worksForNobody() {
        return exchanges.peek() instanceof DroppedExchange;
    }

    long openedAt() {
        return openedAt;
    }

    long idleSince() {
        return idleSince;
    }

    void idleSince(long nanos) {
        idleSince = nanos;
    }

    /** @return who has it, or had it last */
    @Nullable
    ConnectionUser user() {
        return user;
    }

    /** From now on it is that one's; whose it was is told before. */
    void usedBy(@Nullable ConnectionUser next) {
        if (user != next) {
            letGo();
            session.userChanges();
            user = next;
        }
    }

    /** What its user has left there is about to be cleared away. */
    void letGo() {
        if (user != null) {
            user.letsGo(this);
        }
    }

    void onClosed(Runnable action) {
        onClosed = action;
    }

    /**
     * Sends a command.
     *
     * @param packets one message with sequence id 0; is released
     */
    public void send(ByteBuf packets, Exchange exchange) {
        if (!write(packets, exchange)) {
            return;
        }
        if (sharing.isShared()) {
            flushLater();
        } else {
            flush();
        }
    }

    /** Returns whether there is something to flush: a connection that has ended has told the exchange so. */
    private boolean write(ByteBuf packets, Exchange exchange) {
        if (!isOpen()) {
            packets.release();
            exchange.failed(lost("the connection has ended"));
            return false;
        }
        if (exchanges.isEmpty()) {
            statements.closeForgotten();
        }
        exchanges.add(exchange);
        channel.write(packets, channel.voidPromise());
        return true;
    }

    /** Nobody waits for that one's answer any more, which stands behind another's. */
    public void drop(Exchange waiting) {
        exchanges.drop(waiting);
    }

    /**
     * Sends a command that has no answer.
     *
     * @param packets is released
     */
    public void sendUnanswered(ByteBuf packets) {
        channel.write(packets, channel.voidPromise());
    }

    /**
     * Passes on a piece of the file that the server asked for.
     *
     * @param packets is released
     * @param last whether the file ends with it: the server's verdict follows
     * @param gone runs when it has left, or will not
     */
    public void sendFile(ByteBuf packets, boolean last, Runnable gone) {
        if (last) {
            exchanges.fileSent();
        }
        channel.writeAndFlush(packets).addListener(left -> gone.run());
    }

    /** @return whether what is sent leaves at once rather than piling up here */
    public boolean isWritable() {
        return channel.isWritable();
    }

    /** Reads on, or stops reading while the client does not keep up. */
    public void reading(boolean on) {
        channel.config().setAutoRead(on);
    }

    /**
     * Brings the connection to a session's state, if it is not there already. What is sent for the session before
     * {@code done} may run in another one's database, where the server refuses: only what is then dropped again ({@link #drop}).
     *
     * @param done is called at once where there is nothing to do
     */
    public void adopt(SessionState wanted, Adoption done) {
        var unused = adopt(wanted, false, done);
    }

    /**
     * As {@link #adopt(SessionState, Adoption)}.
     *
     * @param tellingPositions whether the server shall tell the positions of writes from then on, if it can ({@link
     *     #tellsPositions})
     * @return whether texts mean the same there, but for the database, even where the server refuses that
     */
    public boolean adopt(SessionState wanted, boolean tellingPositions, Adoption done) {
        return session.adopt(wanted, tellingPositions, done);
    }

    /** Begins a transaction that only reads, for what is sent behind it. */
    public void beginReadOnly(Adoption done) {
        session.beginReadOnly(done);
    }

    /**
     * Has the server take several statements in one text, or not, as the session's key says that keeps the connection: by
     * COM_SET_OPTION ahead of what is sent next. It is one of that key from then on, whoever has it.
     *
     * @param wanted differs in nothing else
     */
    public void takeSeveralStatements(ConnectionKey wanted, Adoption done) {
        key = wanted;
        boolean on = CapabilityFlags.has(wanted.capabilities(), CapabilityFlags.MULTI_STATEMENTS);
        send(OwnCommand.required(Command.SET_OPTION, on ? ON : OFF), done, answer -> {});
    }

    /** Rolls back and forgets everything of the session but its database: COM_RESET_CONNECTION. */
    public void reset(Adoption done) {
        statements.areGone();
        session.reset(done);
    }

    /** The session has had the connection reset by a command of its own. */
    public void wasReset() {
        statements.areGone();
        session.wasReset();
    }

    /**
     * Runs a statement of the router's own and drops its rows.
     *
     * @param sql one char per byte
     */
    public void run(String sql, Adoption done) {
        send(OwnCommand.required(Command.QUERY, sql), new AllAdopted(this, 1, done).one(true), answer -> {});
    }

    /** One command leaves with the next ones, and with the statement that they are for. */
    private void send(OwnCommand command, Adoption done, Consumer<ResponseTracker> onSuccess) {
        if (write(command.packet(channel.alloc()), new OwnExchange(this, command.expect(), done, onSuccess))) {
            flushLater();
        }
    }

    /** The server does not answer any more: what can run elsewhere does not wait for it. */
    void giveUpWaiting() {
        Exchange exchange = exchanges.peek();
        if (exchange != null && exchange.canRunElsewhere()) {
            close();
        }
    }

    /** Ends the connection; what is unanswered fails. */
    public void close() {
        closing = true;
        channel.close();
    }

    /** Says goodbye and ends the connection. */
    void quit() {
        if (closing) {
            return;
        }
        usedBy(null);
        closing = true;
        if (exchanges.isEmpty()) {
            sayGoodbye();
        } else {
            quitting = true;
        }
    }

    private void sayGoodbye() {
        channel.writeAndFlush(OwnCommand.required(Command.QUIT, "").packet(channel.alloc()));
        channel.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            if (!exchanges.answered(in)) {
                // A server that stops may say so unasked, and then ends the connection.
                close();
            }
        } catch (MalformedPacketException e) {
            fail(lost("not understood: " + e.getMessage()));
            close();
        } finally {
            in.release();
        }
    }

    private void isAnswered(Exchange exchange, ResponseTracker answer) {
        sharing.answered(exchange, answer);
    }

    /** All that has been sent is answered. */
    private void isEmpty() {
        if (statements.closeForgotten()) {
            channel.flush();
        }
        if (quitting) {
            sayGoodbye();
        }
        Runnable action = onAnswered;
        if (action != null) {
            onAnswered = null;
            action.run();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        exchanges.readComplete();
        Exchange exchange = exchanges.peek();
        if (exchange != null) {
            exchange.readComplete();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        Exchange exchange = exchanges.peek();
        if (exchange != null) {
            exchange.writable(channel.isWritable());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        closing = true;
        statements.areGone();
        fail(lost("the server has ended the connection"));
        Runnable action = onClosed;
        if (action != null) {
            onClosed = null;
            action.run();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        closing = true;
        fail(lost(String.valueOf(cause.getMessage())));
        context.close();
    }

    private ServerFailure lost(String detail) {
        return ServerFailure.of(server, Kind.LOST, detail);
    }

    private void fail(ServerFailure failure) {
        closing = true;
        exchanges.fail(failure);
    }

    @Override
    public String toString() {
        return server.name() + " connection " + Integer.toUnsignedString(id());
    }
}
