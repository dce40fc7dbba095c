package com.foobar.dbrouter.listener;

import com.foobar.dbrouter.auth.ClientAuthentication;
import com.foobar.dbrouter.auth.ClientAuthentication.Outcome;
import com.foobar.dbrouter.pool.ConnectionKey;
import com.foobar.dbrouter.pool.SessionState;
import com.foobar.dbrouter.protocol.CapabilityFlags;
import com.foobar.dbrouter.protocol.ErrPacket;
import com.foobar.dbrouter.protocol.HandshakeResponse41;
import com.foobar.dbrouter.protocol.HandshakeV10;
import com.foobar.dbrouter.protocol.MalformedPacketException;
import com.foobar.dbrouter.protocol.OkPacket;
import com.foobar.dbrouter.protocol.PacketFramer;
import com.foobar.dbrouter.protocol.Packets;
import com.foobar.dbrouter.protocol.SslRequest;
import com.foobar.dbrouter.protocol.StatusFlags;
import com.foobar.dbrouter.routing.Consistency;
import com.foobar.dbrouter.session.ClientIdentity;
import com.foobar.dbrouter.session.ClientSession;
import com.foobar.dbrouter.session.ConsistencyChoice;
import com.foobar.dbrouter.session.RouterErrors;
import com.foobar.dbrouter.session.SchemaCheck;
import com.foobar.dbrouter.session.SessionServices;
import com.foobar.dbrouter.session.SessionUser;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import java.net.InetAddress;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Greets a client, checks who it is, and gives its place to a {@link ClientSession}.
 *
 * <pre>
 * greeting sent ► [request for TLS ► TLS] ► response ► [authentication packets] ► [is there such a database?] ► OK: session
 * </pre>
 *
 * Belongs to the channel's event loop.
 */
final class ClientLogin extends ChannelInboundHandlerAdapter {
    private static final int LONGEST_PACKET = 1 << 16;

    private final SessionServices services;
    private final String serverVersion;
    private final long offered;
    private final int connectionId;
    private final InetAddress address;
    private final ClientTls tls;
    private final Consumer<ClientSession> onLogin;
    private final byte[] nonce = ClientAuthentication.makeNonce();
    private final String plugin;
    private @Nullable PacketFramer framer;
    private @Nullable ScheduledFuture<?> timeout;
    private @Nullable HandshakeResponse41 response;
    private @Nullable ClientAuthentication authentication;
    private final SessionUser user = new SessionUser();
    /** The sequence id of the client's next packet: packets of a login are numbered through, whoever sends them. */
    private int expected = 1;

    private boolean computing;
    private boolean secure;
    private boolean done;

    ClientLogin(
            SessionServices services,
            String serverVersion,
            int connectionId,
            InetAddress address,
            ClientTls tls,
            Consumer<ClientSession> onLogin) {
        this.services = services;
        this.serverVersion = serverVersion;
        this.offered = CapabilityFlags.offered(serverVersion);
        this.connectionId = connectionId;
        this.address = address;
        this.tls = tls;
        this.onLogin = onLogin;
        this.plugin = services.authenticator().defaultPlugin();
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        framer = new PacketFramer(context.alloc(), LONGEST_PACKET);
        long millis = services.settings().handshakeTimeout().toMillis();
        timeout = services.loop().schedule(() -> isLate(context), millis, TimeUnit.MILLISECONDS);
        context.writeAndFlush(
                new HandshakeV10(
                                serverVersion,
                                connectionId,
                                nonce,
                                offered | (tls.isOffered() ? CapabilityFlags.SSL : 0),
                                45,
                                StatusFlags.AUTOCOMMIT,
                                plugin)
                        .write(context.alloc()),
                context.voidPromise());
    }

    private void isLate(ChannelHandlerContext context) {
        services.metrics().error("handshake_timeout");
        SslHandler handler = context.pipeline().get(SslHandler.class);
        // In the middle of TLS's own handshake no packet can be sent, neither in clear nor protected.
        if (done || (handler != null && !handler.handshakeFuture().isSuccess())) {
            context.close();
        } else {
            refuse(context, expected, RouterErrors.loginTimedOut());
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        PacketFramer packets = framer;
        if (packets == null) {
            ((ByteBuf) message).release();
            return;
        }
        packets.add((ByteBuf) message);
        next(context, packets);
    }

    private void next(ChannelHandlerContext context, PacketFramer packets) {
        int sequence = 1;
        try {
            ByteBuf packet;
            // What comes after the last packet of the login is the session's.
            while (!done && !computing && (packet = packets.next()) != null) {
                ByteBuf payload = PacketFramer.payload(packet);
                try {
                    sequence = PacketFramer.answerSequence(packet);
                    if (PacketFramer.sequence(packet) != expected) {
                        services.metrics().error("out_of_order");
                        refuse(context, sequence, RouterErrors.outOfOrder(PacketFramer.sequence(packet), expected));
                        return;
                    }
                    expected = sequence;
                    received(context, payload, sequence);
                } finally {
                    payload.release();
                    packet.release();
                }
            }
        } catch (MalformedPacketException e) {
            services.metrics().error("malformed");
            refuse(context, sequence, RouterErrors.malformed(e.getMessage()));
        }
    }

    private void received(ChannelHandlerContext context, ByteBuf payload, int sequence) {
        ClientAuthentication check = authentication;
        HandshakeResponse41 known = response;
        if (known != null && check != null) {
            byte[] bytes = new byte[payload.readableBytes()];
            payload.readBytes(bytes);
            goOn(context, known, check, check.answer(bytes), sequence);
            return;
        }
        if (!secure && SslRequest.is(payload)) {
            startTls(context, sequence);
            return;
        }
        known = HandshakeResponse41.read(payload);
        ErrPacket objection = objection(known);
        if (objection != null) {
            services.metrics().error("handshake");
            refuse(context, sequence, objection);
            return;
        }
        response = known;
        check = services.authenticator().check(plugin, nonce, secure, address);
        authentication = check;
        goOn(context, known, check, check.begin(known.user(), known.authPlugin(), known.authResponse()), sequence);
    }

    private void goOn(
            ChannelHandlerContext context,
            HandshakeResponse41 known,
            ClientAuthentication check,
            Outcome outcome,
            int sequence) {
        int next = sequence;
        byte[] toSend = check.toSend();
        if (toSend != null) {
            context.writeAndFlush(Packets.packet(context.alloc(), next++, toSend), context.voidPromise());
        }
        int answer = next & 0xff;
        expected = answer;
        switch (outcome) {
            case MORE -> {}
            case COMPUTING -> compute(context, known, check, answer);
            case ACCEPTED -> accepted(context, known, check, answer);
            case DENIED -> {
                services.metrics().authenticated(false);
                refuse(
                        context,
                        answer,
                        RouterErrors.accessDenied(known.user(), address.getHostAddress(), check.passwordGiven()));
            }
        }
    }

    private void compute(
            ChannelHandlerContext context, HandshakeResponse41 known, ClientAuthentication check, int sequence) {
        computing = true;
        context.channel().config().setAutoRead(false);
        services.authenticator().compute(check, outcome -> {
            computing = false;
            PacketFramer packets = framer;
            if (packets != null && !done && context.channel().isActive()) {
                context.channel().config().setAutoRead(true);
                goOn(context, known, check, outcome, sequence);
                next(context, packets);
            }
        });
    }

    private void startTls(ChannelHandlerContext context, int sequence) {
        PacketFramer packets = framer;
        if (!tls.isOffered() || packets == null) {
            services.metrics().error("handshake");
            refuse(
                    context,
                    sequence,
                    RouterErrors.badHandshake(
                            "the client asks for TLS, which db-router does not offer (no tls is set)"));
            return;
        }
        secure = true;
        SslHandler handler = tls.handler(context.alloc());
        // The time for the whole login is limited already.
        handler.setHandshakeTimeoutMillis(0);
        context.pipeline().addFirst("tls", handler).addAfter("tls", "tls-events", new TlsEvents(services.metrics()));
        // A client's first TLS record may come in one read with its request. What was sent in clear is never taken for
        // a
        // packet of the protected connection: TLS gets it, and ends the connection where it is no record of its own.
        ByteBuf ahead = packets.takeRest();
        if (ahead != null) {
            context.pipeline().fireChannelRead(ahead);
            context.pipeline().fireChannelReadComplete();
        }
    }

    /** Why a client cannot log in, whoever it is; null where it may try. */
    private @Nullable ErrPacket objection(HandshakeResponse41 known) {
        if (tls.isRequired() && !secure) {
            return RouterErrors.tlsRequired("db-router");
        }
        if ((known.capabilities() & CapabilityFlags.COMPRESSION) != 0) {
            return RouterErrors.badHandshake("the client demands compression, which db-router does not offer");
        }
        return null;
    }

    private void accepted(
            ChannelHandlerContext context, HandshakeResponse41 known, ClientAuthentication check, int sequence) {
        done = true;
        ErrPacket refusal = user.become(check.user(), address, secure, check.passwordGiven());
        services.metrics().authenticated(refusal == null);
        if (refusal != null) {
            services.metrics().error("user_limit");
            refuse(context, sequence, refusal);
            return;
        }
        context.channel().closeFuture().addListener(closed -> user.leave());
        if (timeout != null) {
            timeout.cancel(false);
        }
        String asked = known.attributes().get(ConsistencyChoice.ATTRIBUTE);
        Consistency consistency = services.consistency().of(known.user(), asked);
        if (consistency == null) {
            refuse(context, sequence, RouterErrors.unknownConsistency(asked));
            return;
        }
        ConnectionKey key = new ConnectionKey(known.user(), known.capabilities() & offered & CapabilityFlags.RELAYED);
        SessionState state = SessionState.ofLogin(
                known.schema(), known.collation(), known.capabilities() & offered, user.settings());
        // Nothing is read while the database is looked for, and nothing of the session runs before.
        context.channel().config().setAutoRead(false);
        new SchemaCheck(services, key, state)
                .run(
                        () -> begin(context, known, key, state, consistency, sequence),
                        error -> refuse(context, sequence, error));
    }

    private void begin(
            ChannelHandlerContext context,
            HandshakeResponse41 known,
            ConnectionKey key,
            SessionState state,
            Consistency consistency,
            int sequence) {
        PacketFramer packets = framer;
        if (packets == null || !context.channel().isActive()) {
            return;
        }
        framer = null;
        context.writeAndFlush(
                OkPacket.write(context.alloc(), sequence, StatusFlags.AUTOCOMMIT, proof(context, known)),
                context.voidPromise());
        ClientIdentity identity = new ClientIdentity(
                connectionId,
                address,
                nonce,
                secure,
                known.attributes().get(ConsistencyChoice.ATTRIBUTE),
                ClientIdentity.program(known.attributes()),
                known.capabilities() & offered);
        ClientSession session =
                new ClientSession(context.channel(), services, identity, user, packets, key, state, consistency);
        onLogin.accept(session);
        context.pipeline().replace(this, "session", session);
        context.channel().config().setAutoRead(true);
    }

    /** Why to trust the certificate, for clients of MariaDB. */
    private byte[] proof(ChannelHandlerContext context, HandshakeResponse41 known) {
        SslHandler handler = context.pipeline().get(SslHandler.class);
        ClientAuthentication check = authentication;
        boolean ofMariaDb = !CapabilityFlags.has(known.capabilities(), CapabilityFlags.LONG_PASSWORD);
        if (handler == null || check == null || !ofMariaDb) {
            return new byte[0];
        }
        Certificate[] shown = handler.engine().getSession().getLocalCertificates();
        try {
            return shown == null ? new byte[0] : check.proofFor(shown[0].getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was sent has no encoding", e);
        }
    }

    private void refuse(ChannelHandlerContext context, int sequence, ErrPacket error) {
        done = true;
        context.writeAndFlush(error.write(context.alloc(), sequence)).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (timeout != null) {
            timeout.cancel(false);
        }
        if (framer != null) {
            framer.close();
            framer = null;
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
