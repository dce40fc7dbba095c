package com.foobar.dbrouter.pool;

import com.foobar.dbrouter.auth.ServerAuthentication;
import com.foobar.dbrouter.auth.ServerCredential;
import com.foobar.dbrouter.pool.ServerFailure.Kind;
import com.foobar.dbrouter.protocol.CapabilityFlags;
import com.foobar.dbrouter.protocol.ErrPacket;
import com.foobar.dbrouter.protocol.HandshakeResponse41;
import com.foobar.dbrouter.protocol.HandshakeV10;
import com.foobar.dbrouter.protocol.MalformedPacketException;
import com.foobar.dbrouter.protocol.PacketFramer;
import com.foobar.dbrouter.protocol.Packets;
import com.foobar.dbrouter.protocol.SslRequest;
import com.foobar.dbrouter.tls.ServerTls;
import com.foobar.dbrouter.topology.DatabaseServer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Logs in to a server, then gives its place in the pipeline to the {@link ServerConnection}. */
final class ServerLogin extends ChannelInboundHandlerAdapter {
    /** Who waits for the login; exactly one of the two is called, once. */
    interface Waiting {
        void loggedIn(ServerConnection connection);

        void failed(ServerFailure failure);
    }

    private static final int LONGEST_PACKET = 1 << 16;
    private static final int ACCESS_DENIED = 1045;
    private static final int TOO_MANY_CONNECTIONS = 1040;

    private final DatabaseServer server;
    private final ConnectionKey key;
    private final ServerTls tls;
    private final SessionState state;
    private final StatementUse use;
    private final int maxPrepared;
    private final ServerAuthentication authentication;
    private final Waiting waiting;
    private @Nullable PacketFramer framer;
    private @Nullable HandshakeV10 greeting;
    private boolean ended;

    ServerLogin(
            DatabaseServer server,
            ConnectionKey key,
            ServerCredential credential,
            ServerTls tls,
            SessionState state,
            StatementUse use,
            int maxPrepared,
            Waiting waiting) {
        this.server = server;
        this.key = key;
        this.tls = tls;
        this.state = state;
        this.use = use;
        this.maxPrepared = maxPrepared;
        this.authentication = new ServerAuthentication(credential);
        this.waiting = waiting;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        framer = new PacketFramer(context.alloc(), LONGEST_PACKET);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (framer != null) {
            framer.close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        PacketFramer packets = framer;
        if (ended || packets == null) {
            ((ByteBuf) message).release();
            return;
        }
        packets.add((ByteBuf) message);
        try {
            ByteBuf packet;
            while (!ended && (packet = packets.next()) != null) {
                ByteBuf payload = PacketFramer.payload(packet);
                try {
                    received(context, payload, (PacketFramer.sequence(packet) + 1) & 0xff);
                } finally {
                    payload.release();
                    packet.release();
                }
            }
        } catch (MalformedPacketException e) {
            fail(context, ServerFailure.of(server, Kind.UNREACHABLE, "not a MySQL server: " + e.getMessage()));
        }
    }

    private void received(ChannelHandlerContext context, ByteBuf payload, int sequence) {
        HandshakeV10 hello = greeting;
        if (hello == null) {
            greet(context, payload, sequence);
            return;
        }
        byte[] reply = authentication.answer(payload);
        ErrPacket error = authentication.error();
        if (error != null) {
            refused(context, error);
        } else if (authentication.done()) {
            ended = true;
            // The handshake has told database and collation; the settings are still to come.
            int collation = told() == state.collation() ? state.collation() : SessionState.UNKNOWN_COLLATION;
            SessionState asLoggedIn = new SessionState(state.schema(), collation, List.of());
            ServerConnection connection =
                    new ServerConnection(server, key, context.channel(), hello, asLoggedIn, use, maxPrepared);
            context.pipeline().replace(this, "connection", connection);
            waiting.loggedIn(connection);
        } else if (reply != null) {
            context.writeAndFlush(Packets.packet(context.alloc(), sequence, reply), context.voidPromise());
        }
    }

    /** The collation of the handshake, which has one byte for it: the session's own where that fits, else the server's default. */
    private int told() {
        int wanted = state.collation();
        return wanted >= 0 && wanted <= 0xff ? wanted : 0;
    }

    private void greet(ChannelHandlerContext context, ByteBuf payload, int sequence) {
        if (payload.isReadable() && payload.getUnsignedByte(payload.readerIndex()) == Packets.ERR) {
            refused(context, ErrPacket.read(payload));
            return;
        }
        HandshakeV10 hello = HandshakeV10.read(payload);
        long missing = (key.capabilities() | CapabilityFlags.CONVERTED) & ~hello.capabilities();
        if (missing != 0) {
            fail(
                    context,
                    ServerFailure.of(
                            server,
                            Kind.REFUSED,
                            "the server lacks capabilities that the client has asked for or db-router relies on: 0x"
                                    + Long.toHexString(missing)));
            return;
        }
        boolean offered = CapabilityFlags.has(hello.capabilities(), CapabilityFlags.SSL);
        String demand = tls.demand();
        if (demand != null && !offered) {
            fail(
                    context,
                    ServerFailure.of(
                            server, Kind.REFUSED, "the server offers no TLS, which is asked for by " + demand));
            return;
        }
        greeting = hello;
        if (tls.isWanted() && offered) {
            startTls(context, hello, sequence);
        } else {
            respond(context, hello, false, sequence);
        }
    }

    private void startTls(ChannelHandlerContext context, HandshakeV10 hello, int sequence) {
        if (framer != null && framer.buffered() > 0) {
            throw new MalformedPacketException("the server goes on in clear where TLS has to come");
        }
        context.writeAndFlush(
                SslRequest.write(context.alloc(), capabilities(), told(), sequence), context.voidPromise());
        SslHandler handler = tls.handler(context.alloc(), server.host(), server.port());
        // The time for the whole login is limited already.
        handler.setHandshakeTimeoutMillis(0);
        context.pipeline().addFirst("tls", handler);
        handler.handshakeFuture().addListener(handshake -> {
            if (handshake.isSuccess()) {
                respond(context, hello, true, sequence + 1);
            } else {
                fail(
                        context,
                        ServerFailure.of(
                                server,
                                context.channel().isActive() ? Kind.REFUSED : Kind.UNREACHABLE,
                                "no TLS with the server (server-tls): "
                                        + handshake.cause().getMessage()));
            }
        });
    }

    private void respond(ChannelHandlerContext context, HandshakeV10 hello, boolean secure, int sequence) {
        byte[] response = authentication.begin(hello, secure);
        context.writeAndFlush(
                new HandshakeResponse41(
                                capabilities() | (secure ? CapabilityFlags.SSL : 0),
                                Packets.MAX_PAYLOAD,
                                told(),
                                key.user(),
                                response,
                                state.schema(),
                                authentication.plugin(),
                                Map.of("_client_name", "db-router", "program_name", "db-router"))
                        .write(context.alloc(), sequence),
                context.voidPromise());
    }

    private long capabilities() {
        HandshakeV10 hello = greeting;
        long offered = hello == null ? 0 : hello.capabilities();
        long own = CapabilityFlags.CONVERTED
                | CapabilityFlags.LONG_FLAG
                | CapabilityFlags.PROTOCOL_41
                | CapabilityFlags.TRANSACTIONS
                | CapabilityFlags.SECURE_CONNECTION
                | CapabilityFlags.PLUGIN_AUTH
                | CapabilityFlags.CONNECT_ATTRS
                | CapabilityFlags.PLUGIN_AUTH_LENENC_CLIENT_DATA
                | (state.schema() == null ? 0 : CapabilityFlags.CONNECT_WITH_DB);
        boolean asMariaDb = (key.capabilities() & CapabilityFlags.MARIADB_EXTENDED) != 0;
        return key.capabilities() | (asMariaDb ? own & offered : (own & offered) | CapabilityFlags.LONG_PASSWORD);
    }

    private void refused(ChannelHandlerContext context, ErrPacket error) {
        String hint =
                switch (error.code()) {
                    case ACCESS_DENIED -> " (the router's users need the same name and password on the servers)";
                    case TOO_MANY_CONNECTIONS ->
                        " (pool.max-connections is higher than the server's max_connections allows)";
                    default -> "";
                };
        fail(context, new ServerFailure(server, Kind.REFUSED, error.message() + hint, error));
    }

    private void fail(ChannelHandlerContext context, ServerFailure failure) {
        if (!ended) {
            ended = true;
            waiting.failed(failure);
        }
        context.close();
    }

    /** The time for it is over. */
    void expire(ChannelHandlerContext context, long millis) {
        fail(context, ServerFailure.of(server, Kind.UNREACHABLE, "no login within " + millis + " ms"));
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        fail(context, ServerFailure.of(server, Kind.UNREACHABLE, "the server has ended the connection during login"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        fail(context, ServerFailure.of(server, Kind.UNREACHABLE, String.valueOf(cause.getMessage())));
    }
}
