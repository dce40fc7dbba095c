package com.foobar.http.proxy;

import com.foobar.http.exchange.Deadline;
import com.foobar.http.exchange.TunnelEnd;
import com.foobar.http.exchange.TunnelEvents;
import com.foobar.http.http2.ChannelFrames;
import com.foobar.http.http2.Http2Output;
import com.foobar.http.http2.Http2Tunnel;
import com.foobar.http.http2.ResponseHeadersReader;
import com.foobar.http.message.FieldName;
import com.foobar.http.message.Fields;
import com.foobar.http.message.MalformedMessage;
import com.foobar.http.message.Method;
import com.foobar.http.message.RequestHead;
import com.foobar.http.message.ResponseHead;
import com.foobar.http.message.WebSocketKey;
import com.foobar.kit.observability.AccessLog;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A stream of an HTTP/2 connection to a server, and the request on it. Flow control is the backpressure: while the response is paused its frames are not read, so that the server's window
 * is not opened again; while the server's window is shut the stream is not writable.
 */
final class Http2UpstreamExchange extends ChannelInboundHandlerAdapter implements UpstreamExchange {
    /** Interim responses to one request; a server that sends more is broken. */
    private static final int INTERIM_LIMIT = 16;

    /** The limit to header lists of a server that has none (RFC 9113 §6.5.2). */
    private static final long ANY_SIZE = Http2CodecUtil.MAX_HEADER_LIST_SIZE;

    private enum State {
        IDLE,
        HEAD,
        BODY,
        CLOSED
    }

    private final Http2UpstreamConnection connection;
    /** Whether the connection had been idle until it came. */
    private final boolean first;

    private final long serverTimeoutNanos;

    private @Nullable Http2StreamChannel channel;
    private @Nullable Http2Output output;
    private @Nullable Deadline deadline;
    private @Nullable Receiver receiver;
    private State state = State.IDLE;
    private Method method = Method.GET;
    /** Not null where the stream is to become a tunnel. */
    private @Nullable RequestHead upgrade;

    private int interim;
    /** Of the body that Content-Length tells of, what has not come; negative where it says nothing. */
    private long missing = ResponseHead.UNKNOWN_LENGTH;

    private boolean anyReceived;
    private boolean requestSent;
    /** The server wants nothing more of the request. */
    private boolean requestStopped;

    private boolean paused;
    /** Not null once all of the request was written; done when it has gone, or could not. */
    private @Nullable ChannelFuture lastWrite;

    Http2UpstreamExchange(Http2UpstreamConnection connection, boolean first, long serverTimeoutNanos) {
        this.first = first;
        this.connection = connection;
        this.serverTimeoutNanos = serverTimeoutNanos;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        channel = (Http2StreamChannel) ctx.channel();
        output = new Http2Output(new ChannelFrames(ctx.channel()));
        deadline = new Deadline(ctx.channel().eventLoop(), () -> {
            connection.distrust();
            fail(UpstreamFailure.timeout(anyReceived));
        });
    }

    private Http2StreamChannel channel() {
        return Objects.requireNonNull(channel);
    }

    private Http2FrameStream stream() {
        return channel().stream();
    }

    private Http2Output output() {
        return Objects.requireNonNull(output);
    }

    private Deadline deadline() {
        return Objects.requireNonNull(deadline);
    }

    // ---- request ----

    @Override
    public void begin(Receiver newReceiver, RequestHead head) {
        receiver = newReceiver;
        method = head.method();
        state = State.HEAD;
        // Any other wish, and any to a server that makes no tunnels, goes as if there were none, as a server of
        // HTTP/1.1 may take it.
        if (isForWebSocket(head) && connection.allowsTunnels()) {
            upgrade = head;
            output().connect(head);
        } else {
            output().request(head);
        }
        long limit = connection.headerListLimit();
        if (limit < ANY_SIZE) {
            refuseBeyond(limit, output().headSize(), "The request's head");
        }
    }

    /** The only protocol that there is an extended CONNECT for, and a handshake is a GET (RFC 6455 §4.1). */
    private static boolean isForWebSocket(RequestHead head) {
        String wish = head.upgrade();
        return wish != null
                && head.method().equals(Method.GET)
                && AsciiString.contentEqualsIgnoreCase(HttpHeaderValues.WEBSOCKET, wish);
    }

    /** What the server has said not to take is not sent: the codec could not write it, and the server is not to blame. Returns whether it is refused. */
    private boolean refuseBeyond(long limit, long size, String what) {
        if (size <= limit) {
            return false;
        }
        fail(UpstreamFailure.tooLarge(what + " has " + size + " bytes; the server takes " + limit + "."));
        return true;
    }

    @Override
    public void send(ByteBuf data) {
        if (state == State.CLOSED || requestStopped || !data.isReadable()) {
            data.release();
        } else {
            output().write(data);
        }
    }

    @Override
    public void endRequest(Fields trailers) {
        if (state == State.CLOSED) {
            return;
        }
        long limit = connection.headerListLimit();
        if (limit < ANY_SIZE
                && !requestStopped
                && refuseBeyond(limit, Http2Output.size(trailers), "The request's trailers")) {
            return;
        }
        requestSent = true;
        if (upgrade != null) {
            // Its stream stays open for what comes through the tunnel.
            flush();
        } else if (!requestStopped) {
            ChannelFuture last = output().end(trailers);
            lastWrite = last;
            last.addListener(written -> {
                if (!written.isSuccess()) {
                    // Behind events that tell more of the reason.
                    channel().eventLoop().execute(() -> unwritten(written.cause()));
                }
            });
            channel().flush();
        }
        awaitServer();
    }

    private void unwritten(Throwable cause) {
        if (receiver != null && !requestStopped) {
            fail(UpstreamFailure.broken(anyReceived, "the request could not be written: " + cause.getMessage()));
        }
    }

    @Override
    public void flush() {
        if (state != State.CLOSED) {
            output().push();
            channel().flush();
        }
    }

    @Override
    public boolean writable() {
        return channel().isWritable();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        Receiver current = receiver;
        if (current == null) {
            return;
        }
        awaitServer();
        if (ctx.channel().isWritable()) {
            current.upstreamWritable();
        }
    }

    /** The server has to move while it owes us an answer, or reads too slowly; not while we wait for the client. */
    private void awaitServer() {
        boolean serversTurn =
                receiver != null && !paused && (requestSent || !channel().isWritable());
        if (serversTurn) {
            deadline().in(serverTimeoutNanos);
        } else {
            deadline().clear();
        }
    }

    // ---- response ----

    @Override
    public void pause() {
        if (!paused && state != State.CLOSED) {
            paused = true;
            connection.halts(stream(), true);
            awaitServer();
            channel().config().setAutoRead(false);
        }
    }

    @Override
    public void resume() {
        if (paused) {
            paused = false;
            if (state != State.CLOSED) {
                connection.halts(stream(), false);
                awaitServer();
                channel().config().setAutoRead(true);
            }
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object frame) {
        if (receiver == null) {
            ReferenceCountUtil.release(frame);
            return;
        }
        anyReceived = true;
        try {
            if (frame instanceof Http2HeadersFrame headers) {
                headers(headers);
            } else if (frame instanceof Http2DataFrame data) {
                data(data.content(), data.isEndStream());
            } else {
                ReferenceCountUtil.release(frame);
            }
        } catch (MalformedMessage e) {
            fail(UpstreamFailure.malformed(e.detail()));
        }
        if (receiver != null) {
            awaitServer();
        }
    }

    private void headers(Http2HeadersFrame frame) throws MalformedMessage {
        Receiver current = Objects.requireNonNull(receiver);
        if (state == State.BODY) {
            if (!frame.isEndStream()) {
                throw MalformedMessage.badRequest("The trailers do not end the response.");
            }
            complete(ResponseHeadersReader.trailers(frame.headers()));
            return;
        }
        ResponseHead head = ResponseHeadersReader.read(frame.headers());
        if (head.status() < 200) {
            if (frame.isEndStream() || head.status() == 101 || ++interim > INTERIM_LIMIT) {
                throw MalformedMessage.badRequest(
                        "The server switched protocols, or ended or went on with interim responses.");
            }
            if (head.status() != 100) {
                current.informed(head);
            }
            return;
        }
        RequestHead wish = upgrade;
        if (wish != null && head.status() < 300 && !frame.isEndStream()) {
            current.switched(switched(head, wish));
            return;
        }
        if (head.hasBody(method)) {
            missing = head.contentLength();
        }
        if (frame.isEndStream()) {
            checkWhole();
        }
        state = State.BODY;
        current.responded(head);
        // What may come behind a response without body belongs to nobody.
        if (receiver != null && (frame.isEndStream() || !head.hasBody(method))) {
            end(Fields.none());
        }
    }

    /** As a server of HTTP/1.1 would have said it (RFC 8441 §5). */
    private static ResponseHead switched(ResponseHead head, RequestHead wish) {
        head.status(101).contentLength(ResponseHead.UNKNOWN_LENGTH);
        head.fields().set(FieldName.UPGRADE, String.valueOf(wish.upgrade()));
        head.fields().remove(WebSocketKey.ACCEPT);
        String key = wish.fields().get(WebSocketKey.KEY);
        if (key != null) {
            head.add(WebSocketKey.ACCEPT, WebSocketKey.accept(key));
        }
        return head;
    }

    private void data(ByteBuf data, boolean last) throws MalformedMessage {
        if (state != State.BODY) {
            data.release();
            throw MalformedMessage.badRequest("There is a body before the head.");
        }
        if (data.isReadable()) {
            if (missing > 0) {
                missing = Math.max(0, missing - data.readableBytes());
            }
            Objects.requireNonNull(receiver).responseData(data);
        } else {
            data.release();
        }
        if (last && receiver != null) {
            complete(Fields.none());
        }
    }

    private void complete(Fields trailers) throws MalformedMessage {
        checkWhole();
        end(trailers);
    }

    /** The codec lets a stream pass that ends without any body, as an answer to HEAD would (RFC 9113 §8.1.1). */
    private void checkWhole() throws MalformedMessage {
        if (missing > 0) {
            throw MalformedMessage.badRequest(
                    "The response ended " + missing + " bytes before the end that Content-Length tells of.");
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        Receiver current = receiver;
        if (current != null) {
            current.responseReadComplete();
        }
    }

    /** The response is complete; a stream whose request is not is given up. */
    private void end(Fields trailers) {
        Receiver current = Objects.requireNonNull(receiver);
        ChannelFuture last = lastWrite;
        if (last != null && last.isSuccess()) {
            release();
        } else {
            close();
        }
        current.responseEnded(trailers);
    }

    @Override
    public TunnelEnd leave(TunnelEvents events) {
        release();
        connection.halts(stream(), true);
        channel().closeFuture().addListener(closed -> {
            connection.halts(stream(), false);
            connection.streamClosed(this);
        });
        return Http2Tunnel.replace(channel().pipeline().context(this), events);
    }

    // ---- ends ----

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof Http2ResetFrame reset) {
            reset(reset.errorCode());
        } else if (event instanceof Http2GoAwayFrame goAway) {
            // Only streams that the server will not look at are told.
            fail(UpstreamFailure.unprocessed("the server is going away and did not take the request"));
            goAway.release();
        } else {
            ReferenceCountUtil.release(event);
        }
    }

    private void reset(long code) {
        Http2Error error = Http2Error.valueOf(code);
        if (error == Http2Error.REFUSED_STREAM && !anyReceived) {
            fail(UpstreamFailure.unprocessed("the server refused the stream"));
        } else if (error == Http2Error.NO_ERROR) {
            // It needs no more of the request; its answer is complete, or else the stream's end will tell.
            requestStopped = true;
            output().release();
        } else {
            fail(UpstreamFailure.broken(
                    anyReceived, "the server reset the stream: " + (error == null ? "error " + code : error)));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        connection.streamClosed(this);
        String violation = connection.violation();
        fail(
                violation == null
                        ? UpstreamFailure.closed(
                                anyReceived, first && !channel().parent().isActive())
                        : UpstreamFailure.malformed(violation));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // It may quote what the server has sent.
        String reason = AccessLog.printable(String.valueOf(cause.getMessage()));
        fail(
                cause instanceof Http2Exception
                        ? UpstreamFailure.malformed(reason)
                        : UpstreamFailure.broken(anyReceived, reason));
    }

    /** The server answers checks no more. */
    void unanswering() {
        if (state == State.HEAD && receiver != null) {
            receiver.unanswering();
        }
    }

    private void fail(UpstreamFailure failure) {
        Receiver current = receiver;
        close();
        if (current != null) {
            current.failed(failure);
        }
    }

    @Override
    public void close() {
        if (state != State.CLOSED) {
            release();
            // Where either side has not ended it, this resets the stream: CANCEL.
            channel().close();
        }
    }

    private void release() {
        state = State.CLOSED;
        receiver = null;
        if (paused) {
            connection.halts(stream(), false);
        }
        deadline().cancel();
        output().release();
    }
}
