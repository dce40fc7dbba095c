package com.foobar.lb.tcp;

import com.foobar.http.backend.BackendServer;
import com.foobar.http.balance.Balance;
import com.foobar.http.balance.Balancer;
import com.foobar.http.balance.Hash64;
import com.foobar.http.exchange.HttpConnection;
import com.foobar.http.exchange.IdleTimer;
import com.foobar.http.proxyprotocol.SendProxy;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SniCompletionEvent;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection and, once there is one, the server's. What one side sends is written to the other; a side that does not keep up has
 * the other one paused, so that memory does not grow with what passes. A side that has said all is half-closed towards the other, which may
 * go on. Belongs to the event loop of both connections.
 */
final class TcpSession implements HttpConnection, ServerConnect.Receiver {
    private enum State {
        CONNECTING,
        RELAYING,
        OVER
    }

    private final Channel client;
    private final InetSocketAddress address;
    private final InetSocketAddress local;
    private final TcpTimeouts timeouts;
    private final TcpObserver observer;
    private final BooleanSupplier stopping;
    private final Instant accepted = Instant.now();
    private final long start = System.nanoTime();
    private final IdleTimer idle;
    private final Side fromClient = new Side(true);
    private final Side fromServer = new Side(false);

    private @Nullable TcpBackend backend;
    private State state = State.CONNECTING;
    private @Nullable ServerConnect connect;
    private @Nullable BackendServer server;
    private @Nullable Channel upstream;
    private long connectNanos = -1;
    private long bytesIn;
    private long bytesOut;

    /**
     * @param address of the client, which may be another than that of its connection
     * @param local the address that the client connected to
     * @param stopping whether it is we who close connections
     */
    TcpSession(
            Channel client,
            InetSocketAddress address,
            InetSocketAddress local,
            TcpTimeouts timeouts,
            TcpObserver observer,
            BooleanSupplier stopping) {
        this.stopping = stopping;
        this.client = client;
        this.address = address;
        this.local = local;
        this.timeouts = timeouts;
        this.observer = observer;
        this.idle = new IdleTimer(client.eventLoop(), this::wasIdle);
    }

    /** Of a connection nothing is known but its client: other hashes than that of the address have nothing to go by. */
    private long key(TcpBackend to) {
        return to.backend().balance() == Balance.SOURCE
                ? Hash64.of(address.getAddress().getHostAddress())
                : Balancer.NO_KEY;
    }

    /** What reads from the client; to be last in its pipeline. */
    ChannelHandler clientHandler() {
        return fromClient;
    }

    /** Connects to a server and relays from then on. Until then nothing more is read from the client. */
    void relayTo(TcpBackend to) {
        if (state == State.OVER) {
            return;
        }
        backend = to;
        to.backend().sessionArrived();
        client.config().setAutoRead(false);
        ServerConnect connecting = new ServerConnect(to, key(to), client.eventLoop(), this);
        connect = connecting;
        connecting.start();
    }

    @Override
    public void connected(Channel channel, BackendServer chosen) {
        state = State.RELAYING;
        server = chosen;
        upstream = channel;
        channel.pipeline().addLast(fromServer);
        connectNanos = System.nanoTime() - start - queueNanos();
        idle.start(timeouts.tunnel().toNanos());
        SendProxy introduction = backend == null ? SendProxy.NONE : chosen.sendProxy(backend.sendProxy());
        if (introduction != SendProxy.NONE) {
            channel.writeAndFlush(introduction.header(channel.alloc(), address, local));
        }
        fromClient.writeHeld();
        fromServer.read(channel, true);
        fromClient.read(client, channel.isWritable());
    }

    @Override
    public void noServer(Termination how) {
        end(how);
    }

    private long queueNanos() {
        return connect == null ? 0 : connect.queueNanos();
    }

    /** One that is in use stays until its ends are done with it, or until it is closed. */
    @Override
    public void drain() {}

    private void wasIdle() {
        end(fromClient.ended && !fromServer.ended ? Termination.SERVER_IDLE : Termination.IDLE);
    }

    /** Closes what is open, once. A connection whose other end broke is reset, so that nobody takes what came for all that there was. */
    void end(Termination how) {
        if (state == State.OVER) {
            return;
        }
        State before = state;
        state = State.OVER;
        idle.stop();
        fromClient.releaseHeld();
        ServerConnect connecting = connect;
        if (before == State.CONNECTING && connecting != null) {
            connecting.cancel();
        }
        BackendServer asked = server == null && connecting != null ? connecting.server() : server;
        observer.ended(new TcpRecord(
                address,
                accepted,
                connecting == null ? null : connecting.backend(),
                asked == null ? null : asked.name(),
                queueNanos(),
                connectNanos,
                System.nanoTime() - start,
                bytesIn,
                bytesOut,
                connecting == null ? 0 : connecting.retries(),
                how));
        boolean broken = how == Termination.CLIENT_ABORTED || how == Termination.SERVER_ABORTED;
        close(client, broken);
        if (upstream != null) {
            close(upstream, broken);
        }
        tellServer(how);
    }

    private void tellServer(Termination how) {
        BackendServer used = server;
        if (used == null) {
            return;
        }
        used.stats().relayClosed();
        switch (how) {
            case SERVER_ABORTED -> used.endCutShort("connection broke");
            case CLIENT_ABORTED -> used.endAborted();
            case NORMAL, IDLE, SERVER_IDLE -> used.endWithSuccess();
            default -> used.endUnsent();
        }
        if (backend != null) {
            backend.admission().release(used);
        }
    }

    private static void close(Channel channel, boolean reset) {
        if (reset && channel.isOpen()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        }
        channel.close();
    }

    /** Reads from one of the connections and writes to the other. */
    private final class Side extends ChannelInboundHandlerAdapter {
        private final boolean client;
        /** What had been read of the client before there was a server. */
        private @Nullable ByteBuf held;

        /** This side has said all. */
        private boolean ended;
        /** And the other one has been told. */
        private boolean passedOn;
        /** It has said all and takes nothing more. */
        private boolean gone;

        private Side(boolean client) {
            this.client = client;
        }

        private @Nullable Channel other() {
            return client ? upstream : TcpSession.this.client;
        }

        /** Whether nobody takes what this side still sends. */
        private boolean isUnheard() {
            return client && fromServer.gone;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf data = (ByteBuf) message;
            if (state == State.OVER || isUnheard()) {
                data.release();
                return;
            }
            count(data.readableBytes());
            Channel to = other();
            if (to == null) {
                held = held == null ? data : Unpooled.wrappedBuffer(held, data);
                return;
            }
            // Nobody waits for a single write; one that fails is an exception of the connection written to.
            to.write(data, to.voidPromise());
            if (!to.isWritable()) {
                to.flush();
                read(ctx.channel(), to.isWritable());
            }
        }

        private void count(int bytes) {
            if (client) {
                bytesIn += bytes;
                observer.received(bytes);
            } else {
                bytesOut += bytes;
                observer.sent(bytes);
            }
        }

        private void writeHeld() {
            ByteBuf first = held;
            Channel to = other();
            held = null;
            if (first != null && to != null) {
                to.writeAndFlush(first);
            }
            if (ended) {
                shutdownOther();
            }
        }

        private void releaseHeld() {
            if (held != null) {
                held.release();
                held = null;
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            Channel to = other();
            if (to != null && state == State.RELAYING && !isUnheard()) {
                to.flush();
                idle.touch();
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            Channel from = other();
            if (from != null && state == State.RELAYING && !gone) {
                (client ? fromServer : fromClient).read(from, ctx.channel().isWritable());
            }
        }

        /** A side that has said all has nothing to read, and its channel may be closed as far as the transport is concerned. */
        private void read(Channel own, boolean on) {
            if (!ended) {
                own.config().setAutoRead(on);
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof ChannelInputShutdownEvent && !ended) {
                ended = true;
                if (state == State.RELAYING) {
                    shutdownOther();
                }
            } else if (event instanceof SniCompletionEvent hello && hello.cause() != null) {
                end(
                        hello.cause() instanceof SslHandshakeTimeoutException
                                ? Termination.CLIENT_SILENT
                                : Termination.NO_ROUTE);
            }
        }

        /** Behind what is still being written; where that does not get on, {@link #idle} ends the session. */
        private void shutdownOther() {
            idle.start((fromClient.ended ? timeouts.server() : timeouts.client()).toNanos());
            Channel to = other();
            if (to instanceof DuplexChannel duplex) {
                to.writeAndFlush(Unpooled.EMPTY_BUFFER)
                        .addListener(written -> duplex.shutdownOutput().addListener(shut -> passedOn()));
            }
        }

        private void passedOn() {
            passedOn = true;
            if (fromClient.passedOn && fromServer.passedOn) {
                end(Termination.NORMAL);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            broke();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            broke();
        }

        private void broke() {
            if (stopping.getAsBoolean()) {
                end(Termination.KILLED);
            } else if (state == State.CONNECTING) {
                end(
                        connect != null && connect.isQueued()
                                ? Termination.CLIENT_LEFT_QUEUE
                                : Termination.CLIENT_LEFT_EARLY);
            } else if (!client && ended) {
                serverIsGone();
            } else {
                end(client ? Termination.CLIENT_ABORTED : Termination.SERVER_ABORTED);
            }
        }

        /** It had said all before, and that is still for the client, who may take its time; what it sends meanwhile is for nobody. */
        private void serverIsGone() {
            gone = true;
            fromClient.read(TcpSession.this.client, true);
        }
    }
}
