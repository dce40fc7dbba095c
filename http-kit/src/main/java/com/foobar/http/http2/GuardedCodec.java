package com.foobar.http.http2;

import com.foobar.http.exchange.HttpLimits;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DecoratingHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2PromisedRequestVerifier;
import io.netty.handler.codec.http2.Http2Settings;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes Netty's codec for a client's connection, with a {@link FrameGuard} between the bytes and the rest of it. */
final class GuardedCodec extends Http2FrameCodecBuilder {
    private static final int STREAM_WINDOW = Http2Connection.STREAM_WINDOW;
    private static final int QUEUED_CONTROL_FRAMES = 1000;
    /** CONTINUATION frames of hardly any content for one header list (CVE-2026-33871). */
    private static final int SMALL_CONTINUATIONS = 16;

    private static final Logger log = LoggerFactory.getLogger(GuardedCodec.class);

    private final HttpLimits limits;
    private final GlitchBudget budget;

    private GuardedCodec(HttpLimits limits, GlitchBudget budget) {
        this.limits = limits;
        this.budget = budget;
    }

    static Http2FrameCodec make(HttpLimits limits, GlitchBudget budget) {
        Http2Settings settings = Http2Settings.defaultSettings()
                .maxConcurrentStreams(limits.concurrentStreams())
                .initialWindowSize(STREAM_WINDOW)
                .maxHeaderListSize(limits.headBytes());
        if (limits.extendedConnect()) {
            settings.connectProtocolEnabled(true);
        }
        return new GuardedCodec(limits, budget)
                .initialSettings(settings)
                .gracefulShutdownTimeoutMillis(0)
                .encoderEnforceMaxQueuedControlFrames(QUEUED_CONTROL_FRAMES)
                // The guard's budget is stricter and counts all kinds together.
                .decoderEnforceMaxRstFramesPerWindow(0, 0)
                .encoderEnforceMaxRstFramesPerWindow(0, 0)
                .decoderEnforceMaxConsecutiveEmptyDataFrames(0)
                .build();
    }

    @Override
    protected Http2FrameCodec build(
            Http2ConnectionDecoder unguarded, Http2ConnectionEncoder encoder, Http2Settings settings) {
        unguarded.close();
        FrameGuard guard = new FrameGuard(
                new DefaultHttp2FrameReader(
                        new DefaultHttp2HeadersDecoder(true, limits.headBytes()), SMALL_CONTINUATIONS),
                encoder.connection(),
                budget);
        Http2ConnectionDecoder decoder = new DefaultHttp2ConnectionDecoder(
                encoder.connection(), encoder, guard, Http2PromisedRequestVerifier.ALWAYS_VERIFY, true, true, true);
        return super.build(new Decoder(decoder, encoder, guard, budget), encoder, settings);
    }

    /** Resets streams that are in error by itself where Netty would log a warning with a stack trace for each, at the client's will. */
    private static final class Decoder extends DecoratingHttp2ConnectionDecoder {
        private final Http2ConnectionEncoder encoder;
        private final FrameGuard guard;
        private final GlitchBudget budget;
        /** The connection is in error: what its client has sent behind is not looked at. */
        private boolean ended;

        Decoder(Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, FrameGuard guard, GlitchBudget budget) {
            super(decoder);
            this.encoder = encoder;
            this.guard = guard;
            this.budget = budget;
        }

        @Override
        public void decodeFrame(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Http2Exception {
            if (ended || budget.isOverdrawn()) {
                in.skipBytes(in.readableBytes());
                return;
            }
            try {
                guardedDecode(ctx, in, out);
            } catch (Http2Exception e) {
                ended = !Http2Exception.isStreamError(e)
                        && e.shutdownHint() == Http2Exception.ShutdownHint.HARD_SHUTDOWN;
                throw e;
            }
        }

        private void guardedDecode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Http2Exception {
            try {
                super.decodeFrame(ctx, in, out);
            } catch (Http2Exception.HeaderListSizeException e) {
                // Netty opens the stream and answers with 431.
                guard.opens(e.streamId());
                guard.forgives(e);
                throw e;
            } catch (Http2Exception.StreamException e) {
                if (guard.forgives(e)) {
                    return;
                }
                int id = e.streamId();
                if (connection().stream(id) != null) {
                    throw e;
                }
                if (guard.opens(id)) {
                    open(id);
                }
                encoder.writeRstStream(ctx, id, e.error().code(), ctx.newPromise());
                ctx.flush();
            }
        }

        /** The request broke the rules before there was a stream; what follows of it must find one that is closed. */
        private void open(int id) {
            try {
                connection().remote().createStream(id, false);
            } catch (Http2Exception e) {
                log.debug("stream {} is reset without having been opened: {}", id, e.getMessage());
            }
        }
    }
}
