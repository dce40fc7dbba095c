package com.foobar.http.http2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DefaultHttp2FrameWriter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersEncoder;

/** Writes HEADERS and small DATA frames each in one buffer, where Netty writes the frame's head and its content apart: two ways through the pipeline, and a promise for each. */
final class FrameWriter extends DefaultHttp2FrameWriter {
    private static final int HEAD = 9;
    /** What most header sections fit in. */
    private static final int SECTION = 256;
    /** Copying so much costs less than a buffer of its own on the way out. */
    private static final int SMALL_DATA = 2048;

    private static final int END_STREAM = 0x1;
    private static final int END_HEADERS = 0x4;

    private final Http2HeadersEncoder encoder;

    FrameWriter(Http2HeadersEncoder encoder) {
        super(encoder);
        this.encoder = encoder;
    }

    @Override
    public ChannelFuture writeHeaders(
            ChannelHandlerContext ctx,
            int streamId,
            Http2Headers headers,
            int padding,
            boolean endStream,
            ChannelPromise promise) {
        if (padding > 0) {
            return super.writeHeaders(ctx, streamId, headers, padding, endStream, promise);
        }
        ByteBuf frame = ctx.alloc().buffer(HEAD + SECTION);
        try {
            frame.writerIndex(HEAD);
            encoder.encodeHeaders(streamId, headers, frame);
        } catch (Http2Exception | RuntimeException e) {
            frame.release();
            return promise.setFailure(e);
        }
        int flags = endStream ? END_STREAM : 0;
        int length = frame.readableBytes() - HEAD;
        if (length > maxFrameSize()) {
            return ctx.write(inSeveral(ctx, frame.skipBytes(HEAD), flags, streamId), promise);
        }
        setHead(frame, 0, length, Http2FrameTypes.HEADERS, flags | END_HEADERS, streamId);
        return ctx.write(frame, promise);
    }

    /** HEADERS and as many CONTINUATION frames as it takes (RFC 9113 §6.10); owns the section. */
    private ByteBuf inSeveral(ChannelHandlerContext ctx, ByteBuf section, int flags, int streamId) {
        int left = section.readableBytes();
        int count = (left + maxFrameSize() - 1) / maxFrameSize();
        ByteBuf frames = ctx.alloc().buffer(left + count * HEAD);
        byte type = Http2FrameTypes.HEADERS;
        int firstFlags = flags;
        while (left > 0) {
            int length = Math.min(left, maxFrameSize());
            left -= length;
            int at = frames.writerIndex();
            frames.writerIndex(at + HEAD);
            setHead(frames, at, length, type, firstFlags | (left == 0 ? END_HEADERS : 0), streamId);
            frames.writeBytes(section, length);
            type = Http2FrameTypes.CONTINUATION;
            firstFlags = 0;
        }
        section.release();
        return frames;
    }

    @Override
    public ChannelFuture writeData(
            ChannelHandlerContext ctx,
            int streamId,
            ByteBuf data,
            int padding,
            boolean endStream,
            ChannelPromise promise) {
        int length = data.readableBytes();
        if (padding > 0 || length > SMALL_DATA || length > maxFrameSize()) {
            return super.writeData(ctx, streamId, data, padding, endStream, promise);
        }
        ByteBuf frame = ctx.alloc().buffer(HEAD + length);
        frame.writerIndex(HEAD);
        setHead(frame, 0, length, Http2FrameTypes.DATA, endStream ? END_STREAM : 0, streamId);
        frame.writeBytes(data);
        data.release();
        return ctx.write(frame, promise);
    }

    /** RFC 9113 §4.1. */
    private static void setHead(ByteBuf frame, int at, int length, byte type, int flags, int streamId) {
        frame.setMedium(at, length);
        frame.setByte(at + 3, type);
        frame.setByte(at + 4, flags);
        frame.setInt(at + 5, streamId);
    }
}
