package com.foobar.http.http2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection.Endpoint;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2Settings;

/** Makes Netty's codec for a connection to a server (RFC 9113 §3.3, prior knowledge), with everything bounded that a server may have us keep. */
public final class UpstreamCodec {
    /** Of a response's body, what a server may send before it was passed on. */
    private static final int STREAM_WINDOW = 64 * 1024;

    private static final int HEAD_LIMIT = 64 * 1024;
    private static final int QUEUED_CONTROL_FRAMES = 1000;

    private UpstreamCodec() {}

    public static Http2FrameCodec make() {
        Http2FrameCodec codec = Http2FrameCodecBuilder.forClient()
                .initialSettings(Http2Settings.defaultSettings()
                        .pushEnabled(false)
                        .initialWindowSize(STREAM_WINDOW)
                        .maxHeaderListSize(HEAD_LIMIT))
                .validateHeaders(true)
                .gracefulShutdownTimeoutMillis(0)
                .encoderEnforceMaxQueuedControlFrames(QUEUED_CONTROL_FRAMES)
                .decoderEnforceMaxConsecutiveEmptyDataFrames(100)
                .build();
        codec.decoder().frameListener(new Needed(codec.decoder().frameListener()));
        return codec;
    }

    /** Frames that say nothing to us and are under no flow control would wait with those of a stream that nobody reads, as many as the server sends. */
    private static final class Needed extends Http2FrameListenerDecorator {
        private Needed(Http2FrameListener listener) {
            super(listener);
        }

        @Override
        public int onDataRead(ChannelHandlerContext ctx, int id, ByteBuf data, int padding, boolean end)
                throws Http2Exception {
            boolean empty = !data.isReadable() && padding == 0 && !end;
            return empty ? 0 : super.onDataRead(ctx, id, data, padding, end);
        }

        @Override
        public void onUnknownFrame(ChannelHandlerContext ctx, byte type, int id, Http2Flags flags, ByteBuf payload) {
            // Extensions must be ignored (RFC 9113 §5.5).
        }
    }

    /** Opens the connection's window so far that no stream whose client is slow stops the others: each has the whole of its own. */
    public static void widen(Http2FrameCodec codec, ChannelHandlerContext ctx, int streams) throws Http2Exception {
        Endpoint<Http2LocalFlowController> local = codec.connection().local();
        int more = STREAM_WINDOW * Math.max(1, streams) - 65_535;
        local.flowController().incrementWindowSize(codec.connection().connectionStream(), more);
        ctx.flush();
    }
}
