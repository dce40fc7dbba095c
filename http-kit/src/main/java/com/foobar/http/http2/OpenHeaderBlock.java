package com.foobar.http.http2;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameTypes;

/** Follows Netty's reader, which does not tell, for the header block that has begun and not ended (RFC 9113 §4.3). Belongs to the channel's event loop. */
final class OpenHeaderBlock {
    /** {@link #number()} where none is open. */
    static final long NONE = 0;

    private static final int BETWEEN_FRAMES = -1;

    private long begun;
    private boolean open;
    /** Length of the payload that comes next. */
    private int payload = BETWEEN_FRAMES;
    /** Whether the block ends with that. */
    private boolean last;

    /** Which block of the connection is open, counted from 1. */
    long number() {
        return open ? begun : NONE;
    }

    /** Those bytes were taken by the reader, which takes heads of frames and payloads whole. */
    void taken(ByteBuf input, int from, int to) {
        int at = from;
        while (true) {
            if (payload == BETWEEN_FRAMES) {
                if (to - at < Http2CodecUtil.FRAME_HEADER_LENGTH) {
                    return;
                }
                head(input, at);
                at += Http2CodecUtil.FRAME_HEADER_LENGTH;
            }
            if (to - at < payload) {
                return;
            }
            at += payload;
            payload = BETWEEN_FRAMES;
            open &= !last;
        }
    }

    private void head(ByteBuf input, int at) {
        payload = input.getUnsignedMedium(at);
        byte type = input.getByte(at + 3);
        boolean ends = (input.getByte(at + 4) & Http2Flags.END_HEADERS) != 0;
        last = ends && (type == Http2FrameTypes.HEADERS || type == Http2FrameTypes.CONTINUATION);
        if (type == Http2FrameTypes.HEADERS) {
            begun++;
            open = true;
        }
    }
}
