package com.foobar.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.foobar.http.backend.BackendServer;
import com.foobar.http.exchange.ClientConnection;
import com.foobar.http.exchange.TunnelEnd;
import com.foobar.http.exchange.TunnelEvents;
import com.foobar.http.http1.RequestHeadParser;
import com.foobar.http.message.Fields;
import com.foobar.http.message.MalformedMessage;
import com.foobar.http.message.RequestHead;
import com.foobar.http.message.ResponseHead;
import com.foobar.http.proxyprotocol.SendProxy;
import com.foobar.http.testing.Http2Wire;
import com.foobar.kit.net.NettyTransport;
import com.foobar.kit.settings.HostPort;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.local.LocalServerChannel;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameStreamException;
import io.netty.resolver.DefaultAddressResolverGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Whatever frames a server sends: each request is told of one end, and of nothing behind it; what is kept for a client that does not read stays within the windows; no buffer is left, and
 * nothing fails but by what the server did.
 */
class Http2UpstreamFuzzTest {
    /** SETTINGS_ENABLE_CONNECT_PROTOCOL: 1 */
    private static final byte[] SETTINGS = Http2Wire.bytes(0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 1);

    private static final int WINDOW = 64 * 1024;
    private static final int BODY = 100_000;
    /** What is read from a socket at once, into a buffer that has room for more. */
    private static final int PIECE = 100;

    private static final int ROOM = 16 * 1024;

    /** What a server may have done to a request. */
    private static final String FAILURES = "connection closed .*|malformed response: .*|the server reset the stream: .*"
            + "|the server is going away .*|the server refused the stream|the request could not be written: .*";

    private final UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(false);
    private final List<String> faults = new ArrayList<>();

    @FuzzTest(maxDuration = "30s")
    void frames(byte[] frames) {
        faults.clear();
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.config().setAllocator(memory);
        Http2UpstreamConnection connection = new Http2UpstreamConnection(pool(channel), ProxySettings.DEFAULTS);
        // Their streams are 3, 5 and so on: 1 is left for an upgrade.
        List<Request> requests = List.of(
                new Request("GET", "", true, false),
                new Request("HEAD", "", true, false),
                new Request("POST", "Transfer-Encoding: chunked\r\n", false, false),
                new Request("GET", "Connection: Upgrade\r\nUpgrade: websocket\r\n", true, false),
                new Request("GET", "", true, true));
        requests.forEach(request -> connection.admit(request, UpstreamPool.NEW_ONLY));
        connection.install(channel);
        channel.pipeline()
                .addAfter(channel.pipeline().context(Http2FrameCodec.class).name(), null, new Witness());
        channel.pipeline().fireChannelActive();
        channel.writeInbound(memory.heapBuffer().writeBytes(SETTINGS));

        for (int from = 0; from < frames.length && channel.isOpen(); from += PIECE) {
            int length = Math.min(PIECE, frames.length - from);
            channel.writeInbound(memory.heapBuffer(ROOM).writeBytes(frames, from, length));
            channel.releaseOutbound();
        }
        channel.runPendingTasks();
        assertThat(used()).as("kept for clients that do not read").isLessThan(2L * requests.size() * WINDOW);
        requests.forEach(Request::goOn);
        channel.runPendingTasks();
        channel.close();
        channel.runPendingTasks();
        channel.checkException();
        channel.finishAndReleaseAll();

        assertThat(faults).isEmpty();
        assertThat(requests).allSatisfy(request -> assertThat(request.ends).isEqualTo(1));
        assertThat(used()).as("left").isZero();
    }

    /** No second connection comes of it: the server's name is never looked up. */
    private static Http2UpstreamPool pool(EmbeddedChannel channel) {
        ServerAddress nowhere = new ServerAddress(new HostPort("server", 1), lookup -> {
            throw new RejectedExecutionException();
        });
        BackendServer server = new BackendServer("server", new HostPort("server", 1), 1, Clock.systemUTC());
        ServerConnections connections = new ServerConnections(nowhere, 1, SendProxy.NONE, server.stats());
        NettyTransport unused = new NettyTransport(
                channel.eventLoop(),
                channel.eventLoop(),
                LocalServerChannel::new,
                EmbeddedChannel::new,
                DefaultAddressResolverGroup.INSTANCE);
        return new Http2UpstreamPool(
                new UpstreamConnector(channel.eventLoop(), unused, connections, Duration.ofSeconds(1)),
                connections,
                ProxySettings.DEFAULTS);
    }

    private long used() {
        return memory.metric().usedHeapMemory() + memory.metric().usedDirectMemory();
    }

    private static RequestHead head(String text) {
        RequestHeadParser parser = new RequestHeadParser(1024, 1024, 10);
        try {
            assertThat(parser.parse(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII)))
                    .isTrue();
        } catch (MalformedMessage e) {
            throw new AssertionError(e.detail(), e);
        }
        return parser.head();
    }

    /** Sees what the codec says of the connection. */
    private final class Witness extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            if (!(cause instanceof Http2Exception || cause instanceof Http2FrameStreamException)) {
                faults.add("in the codec: " + cause);
            }
            ctx.fireExceptionCaught(cause);
        }
    }

    /** A request, and its client, which reads all or, until it goes on, nothing. */
    private final class Request implements UpstreamPool.Waiter, UpstreamExchange.Receiver, TunnelEvents {
        private final RequestHead head;
        private final boolean whole;
        private final boolean slow;
        private @Nullable UpstreamExchange exchange;
        private @Nullable TunnelEnd tunnel;
        private boolean responded;
        private int ends;

        private Request(String method, String fields, boolean whole, boolean slow) {
            this.head = head(method + " / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n");
            this.whole = whole;
            this.slow = slow;
        }

        private void happens(boolean allowed, String what) {
            if (!allowed || ends > 0) {
                faults.add(what + " of " + head.method() + " after " + ends + " ends");
            }
        }

        private void ends(boolean allowed, String how) {
            happens(allowed, how);
            exchange = null;
            tunnel = null;
            ends++;
        }

        // ---- request ----

        @Override
        public boolean cancelled() {
            return false;
        }

        @Override
        public ClientConnection client() {
            InetSocketAddress somewhere = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
            return ClientConnection.of(somewhere, somewhere, true);
        }

        @Override
        public void connectFailed(String reason) {
            ends(true, "no connection");
        }

        @Override
        public void connected(UpstreamExchange opened) {
            happens(exchange == null, "connection");
            exchange = opened;
            opened.begin(this, head);
            if (exchange == null) {
                return;
            }
            if (whole) {
                opened.endRequest(Fields.none());
            } else {
                opened.send(memory.heapBuffer(BODY).writeZero(BODY));
                opened.flush();
            }
        }

        /** The client reads on, and sends the rest of its request. */
        void goOn() {
            if (slow && exchange != null) {
                exchange.resume();
            }
            if (!whole && exchange != null) {
                exchange.endRequest(Fields.none());
            }
            if (tunnel != null) {
                tunnel.write(memory.heapBuffer(BODY).writeZero(BODY));
                tunnel.flush();
                tunnel.resume();
            }
        }

        // ---- response ----

        @Override
        public void informed(ResponseHead interim) {
            happens(!responded, "interim response");
        }

        @Override
        public void responded(ResponseHead response) {
            happens(!responded, "response");
            responded = true;
            if (slow && exchange != null) {
                exchange.pause();
            }
        }

        @Override
        public void responseData(ByteBuf data) {
            happens(responded, "data");
            data.release();
        }

        @Override
        public void responseEnded(Fields trailers) {
            ends(responded, "response's end");
        }

        @Override
        public void failed(UpstreamFailure failure) {
            ends(true, "failure");
            if (!failure.reason().matches(FAILURES)) {
                faults.add(failure.reason());
            }
        }

        @Override
        public void responseReadComplete() {
            happens(true, "end of a read");
        }

        @Override
        public void upstreamWritable() {
            happens(true, "writability");
        }

        @Override
        public void unanswering() {
            happens(false, "failed check");
        }

        // ---- tunnel ----

        @Override
        public void switched(ResponseHead response) {
            happens(!responded, "switch");
            if (exchange != null) {
                tunnel = exchange.leave(this);
                exchange = null;
            }
        }

        @Override
        public void data(ByteBuf data) {
            happens(true, "tunnel's data");
            data.release();
        }

        @Override
        public void readComplete() {
            happens(true, "end of a tunnel's read");
        }

        @Override
        public void becameWritable() {
            happens(true, "tunnel's writability");
        }

        @Override
        public void inputEnded() {
            happens(true, "tunnel's half end");
        }

        @Override
        public void closed() {
            ends(true, "tunnel's end");
        }
    }
}
