package com.foobar.http.http2;

import com.foobar.http.exchange.HttpLimits;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2PromisedRequestVerifier;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;

/** Makes Netty's codec for a client's connection, with a {@link FrameGuard} between the bytes and the rest of it. */
final class GuardedCodec {
    /** What a client may send of one body before it was passed on. */
    static final int STREAM_WINDOW = 64 * 1024;

    /** What is sent of one stream before the next one has its turn, where there is not enough room for all: a frame. */
    private static final int TURN = 16 * 1024;

    private static final int QUEUED_CONTROL_FRAMES = 1000;
    /** CONTINUATION frames of hardly any content for one header list (CVE-2026-33871). */
    private static final int SMALL_CONTINUATIONS = 16;

    private GuardedCodec() {}

    static StreamCodec make(HttpLimits limits, GlitchBudget budget, OpenHeaderBlock block) {
        Http2Connection connection = new DefaultHttp2Connection(true);
        // At once, not when the client has acknowledged it.
        connection.remote().maxActiveStreams(limits.concurrentStreams());
        // All streams alike: the priorities of RFC 7540 are deprecated (RFC 9113 §5.3), and to keep them takes time.
        UniformStreamByteDistributor turns = new UniformStreamByteDistributor(connection);
        turns.minAllocationChunk(TURN);
        connection.remote().flowController(new DefaultHttp2RemoteFlowController(connection, turns));
        FrameWriter writer =
                new FrameWriter(new DefaultHttp2HeadersEncoder((name, value) -> HeadersWriter.changes(name)));
        Http2ConnectionEncoder encoder =
                new ControlFrameLimit(new DefaultHttp2ConnectionEncoder(connection, writer), QUEUED_CONTROL_FRAMES);
        FrameGuard guard = new FrameGuard(
                new DefaultHttp2FrameReader(
                        new DefaultHttp2HeadersDecoder(true, limits.headBytes()), SMALL_CONTINUATIONS),
                connection,
                budget,
                block);
        Http2ConnectionDecoder decoder = new DefaultHttp2ConnectionDecoder(
                connection, encoder, guard, Http2PromisedRequestVerifier.ALWAYS_VERIFY, true, true, true);
        StreamCodec codec =
                new StreamCodec(new GuardedDecoder(decoder, encoder, guard, budget), encoder, settings(limits));
        codec.gracefulShutdownTimeoutMillis(0);
        return codec;
    }

    private static Http2Settings settings(HttpLimits limits) {
        Http2Settings settings = Http2Settings.defaultSettings()
                .maxConcurrentStreams(limits.concurrentStreams())
                .initialWindowSize(STREAM_WINDOW)
                .maxHeaderListSize(limits.headBytes());
        if (limits.extendedConnect()) {
            settings.connectProtocolEnabled(true);
        }
        return settings;
    }
}
