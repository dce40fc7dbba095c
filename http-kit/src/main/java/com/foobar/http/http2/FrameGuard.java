package com.foobar.http.http2;

import com.foobar.http.http2.RecentStreams.Fate;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2FrameReader;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/**
 * Sees each frame before Netty's decoder acts on it or drops it: enforces the order of streams (RFC 9113 §5.1, §5.1.1), which Netty does not, and charges what serves nobody (§10.5) to
 * the connection's {@link GlitchBudget}.
 */
final class FrameGuard implements Http2FrameReader {
    private static final int GOODBYES = 2;

    /** Of the table by which responses are compressed: a larger one, which a client may offer, costs memory and a longer search (RFC 7541 §4.2). */
    private static final long LARGEST_TABLE = 4096;

    private final Http2FrameReader reader;
    private final Http2Connection connection;
    private final GlitchBudget budget;
    private final OpenHeaderBlock block;
    private final RecentStreams recent = new RecentStreams();
    private boolean settled;
    private int goodbyes;
    private @Nullable Frames frames;

    FrameGuard(Http2FrameReader reader, Http2Connection connection, GlitchBudget budget, OpenHeaderBlock block) {
        this.reader = reader;
        this.connection = connection;
        this.budget = budget;
        this.block = block;
    }

    @Override
    public void readFrame(ChannelHandlerContext ctx, ByteBuf input, Http2FrameListener listener) throws Http2Exception {
        Frames guarded = frames;
        if (guarded == null || !guarded.isFor(listener)) {
            guarded = new Frames(listener);
            frames = guarded;
        }
        int from = input.readerIndex();
        try {
            reader.readFrame(ctx, input, guarded);
        } finally {
            block.taken(input, from, input.readerIndex());
        }
    }

    /**
     * Looks at a stream error that a frame has caused.
     *
     * @return whether it is to be passed over: the frame was on its way when we closed the stream
     * @throws Http2Exception if there were too many
     */
    boolean forgives(Http2Exception.StreamException error) throws Http2Exception {
        int id = error.streamId();
        if (error.error() == Http2Error.STREAM_CLOSED && connection.stream(id) == null && id <= recent.last()) {
            Fate fate = recent.fate(id);
            if (fate == Fate.OPENED || fate == Fate.FORGOTTEN) {
                return true;
            }
        }
        boolean refused = error.error() == Http2Error.REFUSED_STREAM;
        charge(budget.take(refused ? GlitchBudget.NEEDLESS : GlitchBudget.WASTED_REQUEST), "streams in error");
        return false;
    }

    /** Whether a header block for that stream, which could not be read, would have opened it. */
    boolean opens(int id) {
        boolean opens = id > recent.last() && (id & 1) == 1;
        if (opens) {
            recent.opened(id);
        }
        return opens;
    }

    /** Whether the client opened a stream that was refused, as there were too many or none is to be opened any more (RFC 9113 §5.1.2, §6.8): what follows may have been on its way. */
    private boolean wasRefused(int id) {
        return (id & 1) == 1
                && id <= recent.last()
                && !connection.streamMayHaveExisted(id)
                && recent.fate(id) != Fate.PASSED_OVER;
    }

    @Override
    public Configuration configuration() {
        return reader.configuration();
    }

    @Override
    public void close() {
        reader.close();
    }

    private static void charge(boolean enough, String what) throws Http2Exception {
        if (!enough) {
            throw tooMany(what);
        }
    }

    /** Ends the connection (RFC 9113 §7 ENHANCE_YOUR_CALM). */
    static Http2Exception tooMany(String what) {
        return Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, "too many glitches, the last: %s", what);
    }

    private final class Frames extends Http2FrameListenerDecorator {
        Frames(Http2FrameListener listener) {
            super(listener);
        }

        boolean isFor(Http2FrameListener other) {
            return listener == other;
        }

        @Override
        public int onDataRead(ChannelHandlerContext ctx, int id, ByteBuf data, int padding, boolean end)
                throws Http2Exception {
            if (end) {
                recent.ended(id);
            } else if (!data.isReadable()) {
                charge(budget.take(GlitchBudget.NEEDLESS), "empty DATA");
            }
            if (wasRefused(id)) {
                // For the connection's window, which is opened again at once.
                connection.local().flowController().receiveFlowControlledFrame(null, data, padding, end);
                return data.readableBytes() + padding;
            }
            return super.onDataRead(ctx, id, data, padding, end);
        }

        @Override
        public void onHeadersRead(ChannelHandlerContext ctx, int id, Http2Headers headers, int padding, boolean end)
                throws Http2Exception {
            boolean refused = wasRefused(id);
            headers(id, end);
            if (!refused) {
                super.onHeadersRead(ctx, id, headers, padding, end);
            }
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx,
                int id,
                Http2Headers headers,
                int dependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean end)
                throws Http2Exception {
            boolean refused = wasRefused(id);
            headers(id, end);
            if (!refused) {
                super.onHeadersRead(ctx, id, headers, dependency, weight, exclusive, padding, end);
            }
        }

        private void headers(int id, boolean end) throws Http2Exception {
            if (id > recent.last()) {
                recent.opened(id);
            } else {
                Fate fate = recent.fate(id);
                if (connection.stream(id) != null) {
                    if (fate == Fate.ENDED) {
                        throw Http2Exception.streamError(id, Http2Error.STREAM_CLOSED, "HEADERS after END_STREAM");
                    }
                } else if (fate == Fate.PASSED_OVER) {
                    throw Http2Exception.connectionError(
                            Http2Error.PROTOCOL_ERROR, "stream %d opened after stream %d", id, recent.last());
                } else if (fate == Fate.ENDED) {
                    throw Http2Exception.connectionError(Http2Error.STREAM_CLOSED, "HEADERS on closed stream %d", id);
                }
            }
            if (end) {
                recent.ended(id);
            }
        }

        @Override
        public void onPriorityRead(ChannelHandlerContext ctx, int id, int dependency, short weight, boolean exclusive)
                throws Http2Exception {
            charge(budget.take(GlitchBudget.NEEDLESS), "PRIORITY");
            super.onPriorityRead(ctx, id, dependency, weight, exclusive);
        }

        @Override
        public void onRstStreamRead(ChannelHandlerContext ctx, int id, long code) throws Http2Exception {
            recent.ended(id);
            Http2Stream stream = connection.stream(id);
            int cost = stream == null ? GlitchBudget.NEEDLESS : GlitchBudget.WASTED_REQUEST;
            charge(budget.take(cost), "RST_STREAM");
            if (!wasRefused(id)) {
                super.onRstStreamRead(ctx, id, code);
            }
        }

        @Override
        public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) throws Http2Exception {
            if (settled) {
                charge(budget.take(GlitchBudget.NEEDLESS), "SETTINGS");
            }
            settled = true;
            Long table = settings.headerTableSize();
            if (table != null && table > LARGEST_TABLE) {
                settings.headerTableSize(LARGEST_TABLE);
            }
            super.onSettingsRead(ctx, settings);
        }

        @Override
        public void onSettingsAckRead(ChannelHandlerContext ctx) throws Http2Exception {
            charge(budget.takeReply(), "SETTINGS acknowledgement");
            super.onSettingsAckRead(ctx);
        }

        @Override
        public void onPingRead(ChannelHandlerContext ctx, long data) throws Http2Exception {
            charge(budget.takeReply(), "PING");
            super.onPingRead(ctx, data);
        }

        @Override
        public void onPingAckRead(ChannelHandlerContext ctx, long data) throws Http2Exception {
            charge(budget.take(GlitchBudget.NEEDLESS), "PING acknowledgement");
            super.onPingAckRead(ctx, data);
        }

        @Override
        public void onGoAwayRead(ChannelHandlerContext ctx, int lastStreamId, long code, ByteBuf data)
                throws Http2Exception {
            // A client that goes says so, and may then name a lower stream (RFC 9113 §6.8): no more than that.
            goodbyes++;
            charge(goodbyes <= GOODBYES || budget.take(GlitchBudget.NEEDLESS), "GOAWAY");
            super.onGoAwayRead(ctx, lastStreamId, code, data);
        }

        @Override
        public void onWindowUpdateRead(ChannelHandlerContext ctx, int id, int increment) throws Http2Exception {
            charge(budget.takeReply(), "WINDOW_UPDATE");
            if (!wasRefused(id)) {
                super.onWindowUpdateRead(ctx, id, increment);
            }
        }

        @Override
        public void onUnknownFrame(ChannelHandlerContext ctx, byte type, int id, Http2Flags flags, ByteBuf payload)
                throws Http2Exception {
            // Extensions must be ignored (RFC 9113 §5.5); Netty would fail on those of streams that are gone.
            charge(budget.take(GlitchBudget.NEEDLESS), "frame of unknown type");
        }
    }
}
