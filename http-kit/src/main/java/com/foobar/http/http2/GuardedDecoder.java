package com.foobar.http.http2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DecoratingHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Resets streams that are in error by itself where Netty would log a warning with a stack trace for each, at the client's will. */
final class GuardedDecoder extends DecoratingHttp2ConnectionDecoder {
    private static final Logger log = LoggerFactory.getLogger(GuardedDecoder.class);

    private final Http2ConnectionEncoder encoder;
    private final FrameGuard guard;
    private final GlitchBudget budget;
    /** The connection is in error: what its client has sent behind is not looked at. */
    private boolean ended;

    GuardedDecoder(
            Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, FrameGuard guard, GlitchBudget budget) {
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
            ended = !Http2Exception.isStreamError(e) && e.shutdownHint() == Http2Exception.ShutdownHint.HARD_SHUTDOWN;
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
