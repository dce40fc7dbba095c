package com.foobar.http.http2;

import com.foobar.http.exchange.BodyPace;
import com.foobar.http.exchange.ConnectionContext;
import com.foobar.http.exchange.Deadline;
import com.foobar.http.exchange.FileBody;
import com.foobar.http.exchange.FileSender;
import com.foobar.http.exchange.ProxyError;
import com.foobar.http.exchange.RecordedTunnel;
import com.foobar.http.exchange.RequestEvents;
import com.foobar.http.exchange.RequestRecord;
import com.foobar.http.exchange.RequestStream;
import com.foobar.http.exchange.TunnelEnd;
import com.foobar.http.exchange.TunnelEvents;
import com.foobar.http.message.Fields;
import com.foobar.http.message.MalformedMessage;
import com.foobar.http.message.RequestHead;
import com.foobar.http.message.ResponseHead;
import com.foobar.http.message.WebSocketKey;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * One stream of an HTTP/2 connection. Flow control is the backpressure: while the body is paused its frames are not read, so the client's window is not opened again; while the
 * client's window is shut the stream is not writable.
 */
final class Http2Stream extends RequestStream {
    /** What is still read of a request that was answered before its body had arrived. */
    private static final int DISCARD_LIMIT = 64 * 1024;

    private final Http2Connection connection;
    private final ConnectionContext context;
    private final Channel channel;
    private final Http2Output out;
    private final BodyPace pace;
    private final Deadline bodyDeadline;
    private final Deadline writeDeadline;
    /** What was read before a pause took hold; at most what the stream's window let in. */
    private final Queue<ByteBuf> waiting = new ArrayDeque<>(2);

    private @Nullable RequestEvents events;
    private @Nullable FileSender file;
    private Fields trailers = Fields.none();
    private boolean delivering;
    private boolean paused;
    /** END_STREAM has arrived; what came before it may still be waiting. */
    private boolean received;
    /** The handler was told of the end. */
    private boolean requestEnded;

    private boolean responded;
    private boolean withBody;
    private long bodyLeft;
    private long bodyReceived;
    private long discarded;
    private boolean ended;
    private boolean finished;
    /** As {@link #unsent()} said when the wait for the client began. */
    private long unsent;

    Http2Stream(Http2Connection connection, Channel channel, RequestHead head, boolean endStream) {
        super(
                head,
                connection.context(),
                new RequestRecord(connection.context().connection(), head, System.nanoTime()));
        this.connection = connection;
        this.context = connection.context();
        this.channel = channel;
        this.out = new Http2Output(channel, connection::sent);
        this.received = endStream;
        this.pace = new BodyPace(context.limits(), head, System::nanoTime);
        this.bodyDeadline = new Deadline(channel.eventLoop(), this::bodyTimedOut);
        this.writeDeadline = new Deadline(channel.eventLoop(), this::writeTimedOut);
    }

    void begin() {
        if (head().bodyLength() > context.limits().bodyBytes()) {
            fail(new ProxyError.BodyTooLarge(context.limits().bodyBytes()));
            return;
        }
        if (!received) {
            channel.config().setAutoRead(false);
        }
        dispatch(context.handler());
    }

    @Override
    public EventLoop eventLoop() {
        return channel.eventLoop();
    }

    @Override
    public ByteBufAllocator allocator() {
        return channel.alloc();
    }

    // ---- request body ----

    void received(ByteBuf data, boolean endStream) {
        received |= endStream;
        bodyReceived += data.readableBytes();
        if (ended) {
            discarded(data);
            return;
        }
        waiting.add(data);
        if (bodyReceived > context.limits().bodyBytes()) {
            giveUp(new ProxyError.BodyTooLarge(context.limits().bodyBytes()));
            return;
        }
        deliver();
    }

    /**
     * Drops what comes after the answer; more than a little, or more slowly than a body may, and the client is told to stop (RFC 9113 §8.1). Not at once: some clients take that for a
     * failure and lose the answer.
     */
    private void discarded(ByteBuf data) {
        discarded += data.readableBytes();
        data.release();
        if (received) {
            bodyDeadline.cancel();
        } else if (discarded > DISCARD_LIMIT) {
            stopRequest();
        }
    }

    private void stopRequest() {
        bodyDeadline.cancel();
        channel.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR));
    }

    void trailers(Http2Headers headers) {
        if (ended) {
            received = true;
            bodyDeadline.cancel();
            return;
        }
        try {
            trailers = HeadersReader.trailers(headers);
        } catch (MalformedMessage e) {
            refuseTrailers(e.detail());
            return;
        }
        received = true;
        deliver();
    }

    private void deliver() {
        RequestEvents receiver = events;
        if (receiver == null || delivering || requestEnded) {
            return;
        }
        delivering = true;
        try {
            while (!paused && !ended) {
                ByteBuf data = waiting.poll();
                if (data == null) {
                    break;
                }
                if (data.isReadable()) {
                    countReceived(data.readableBytes());
                    receiver.data(data);
                } else {
                    data.release();
                }
            }
        } finally {
            delivering = false;
        }
        if (ended) {
            return;
        }
        if (received && waiting.isEmpty()) {
            requestEnded = true;
            bodyDeadline.cancel();
            // Read on: this is how a cancelled stream is noticed.
            channel.config().setAutoRead(true);
            receiver.end(trailers);
        } else if (!paused) {
            awaitBody();
        }
    }

    /** The client is to go on with the body; once the answer has begun, which some wait for, at whatever rate. */
    private void awaitBody() {
        bodyDeadline.in(responded ? context.limits().clientTimeout().toNanos() : pace.await(bodyReceived));
    }

    @Override
    public void receive(RequestEvents newEvents) {
        if (ended) {
            return;
        }
        events = newEvents;
        if (head().upgrade() != null) {
            // What the client sends from now on is for whom it is connected to, and not read before.
            requestEnded = true;
            newEvents.end(Fields.none());
            return;
        }
        if (head().expectsContinue() && !responded && !received) {
            inform(ResponseHead.of(100));
            flush();
        }
        deliver();
        if (!paused && !ended) {
            channel.config().setAutoRead(true);
        }
    }

    @Override
    public void pause() {
        if (!paused) {
            paused = true;
            pace.pause();
            bodyDeadline.clear();
            if (!received) {
                channel.config().setAutoRead(false);
            }
        }
    }

    @Override
    public void resume() {
        if (paused) {
            paused = false;
            deliver();
            if (!paused && !ended) {
                channel.config().setAutoRead(true);
            }
        }
    }

    void readComplete() {
        RequestEvents receiver = events;
        if (receiver != null && !ended) {
            receiver.readComplete();
        }
    }

    @Override
    protected void giveUp(ProxyError error) {
        RequestEvents receiver = events;
        events = null;
        if (receiver != null) {
            receiver.aborted(error);
        }
        if (!ended) {
            fail(error);
        }
    }

    private void bodyTimedOut() {
        if (ended) {
            stopRequest();
            return;
        }
        giveUp(pace.error(bodyReceived));
    }

    // ---- response ----

    @Override
    public void inform(ResponseHead head) {
        if (!ended && !responded) {
            out.inform(head);
        }
    }

    @Override
    public void respond(ResponseHead head) {
        if (ended || responded) {
            return;
        }
        responded = true;
        complete(head);
        countResponse(head.status());
        withBody = head.hasBody(head().method());
        bodyLeft = head.contentLength();
        out.respond(head);
    }

    @Override
    public void write(ByteBuf data) {
        int size = data.readableBytes();
        if (ended || !responded || !withBody || size == 0) {
            data.release();
            return;
        }
        if (bodyLeft >= 0) {
            if (size > bodyLeft) {
                data.release();
                abort(new ProxyError.Internal());
                return;
            }
            bodyLeft -= size;
        }
        countSent(size);
        out.write(data);
        if (events != null && !requestEnded && !paused) {
            // Both sides talk, as in gRPC: one that only listens for a while does not stall.
            awaitBody();
        }
    }

    @Override
    public void end(Fields trailers) {
        if (ended || !responded) {
            return;
        }
        if (withBody && bodyLeft > 0) {
            abort(new ProxyError.Internal());
            return;
        }
        ended = true;
        ChannelFuture last = out.end(trailers);
        channel.flush();
        close();
        if (!last.isDone()) {
            // The record is closed, but a client that keeps its window shut must not keep the rest of the response in
            // memory.
            watchOutput();
            last.addListener(gone -> writeDeadline.cancel());
        }
        if (!received) {
            bodyDeadline.in(context.limits().clientTimeout().toNanos());
        }
    }

    @Override
    public void respond(ResponseHead head, FileBody newFile) {
        head.contentLength(newFile.count());
        respond(head);
        FileSender sender = new FileSender(this, newFile, context.fileReader());
        if (ended || !withBody) {
            sender.close();
            end();
        } else {
            file = sender;
            sender.proceed();
        }
    }

    /** Where the client has asked for it by an extended CONNECT: 200 is its 101 (RFC 8441 §5). */
    @Override
    public TunnelEnd switchProtocols(ResponseHead head, TunnelEvents newEvents) {
        responded = true;
        ended = true;
        finished = true;
        events = null;
        head.status(200).contentLength(ResponseHead.UNKNOWN_LENGTH).fields().remove(WebSocketKey.ACCEPT);
        complete(head);
        countResponse(head.status());
        out.respond(head);
        out.push();
        channel.flush();
        bodyDeadline.cancel();
        writeDeadline.cancel();
        RecordedTunnel tunnel = new RecordedTunnel(record(), context.log(), newEvents);
        channel.closeFuture().addListener(closed -> connection.streamClosed());
        return tunnel.before(Http2Tunnel.replace(channel.pipeline().context(Http2StreamHandler.class), tunnel));
    }

    @Override
    public void flush() {
        if (!ended) {
            out.push();
            channel.flush();
        }
    }

    @Override
    public boolean writable() {
        return channel.isWritable();
    }

    void writabilityChanged(boolean writable) {
        if (ended) {
            return;
        }
        if (!writable) {
            watchOutput();
            return;
        }
        writeDeadline.clear();
        FileSender sender = file;
        RequestEvents receiver = events;
        if (sender != null) {
            sender.proceed();
        } else if (receiver != null) {
            receiver.writable();
        }
    }

    private void watchOutput() {
        unsent = unsent();
        writeDeadline.in(context.limits().clientTimeout().toNanos());
    }

    /** Bytes that the client has yet to take, from an origin of no meaning. */
    private long unsent() {
        return channel.bytesBeforeWritable() - channel.bytesBeforeUnwritable();
    }

    private void writeTimedOut() {
        if (unsent() < unsent) {
            // Slow, but it takes something.
            watchOutput();
        } else if (ended) {
            reset(Http2Error.CANCEL);
        } else {
            ProxyError error = new ProxyError.ClientStalled(context.limits().clientTimeout());
            RequestEvents receiver = events;
            abort(error);
            if (receiver != null) {
                receiver.aborted(error);
            }
        }
    }

    @Override
    public void abort(ProxyError cause) {
        if (!ended) {
            ended = true;
            record().failed(cause);
            close();
            reset(Http2Error.INTERNAL_ERROR);
        }
    }

    /** Refuses a request whose head breaks the rules: what HTTP/2 itself forbids is an error of the stream (RFC 9113 §8.1.1), a limit has a status of its own. */
    void refuse(MalformedMessage malformed) {
        connection.wasted();
        if (malformed.status() == 400) {
            violated(Http2Error.PROTOCOL_ERROR, malformed.detail());
        } else {
            fail(ProxyError.Malformed.from(malformed));
        }
    }

    /** Resets a stream whose trailers break the rules. As costly as any request that is lost: its server may have been asked (CVE-2025-8671). */
    void refuseTrailers(String detail) {
        connection.wasted();
        violated(Http2Error.PROTOCOL_ERROR, detail);
    }

    /** The client broke the rules of the stream, and that is charged: resets it. */
    void violated(Http2Error error, String detail) {
        // First, as a channel that is asked to read at its end closes without a reset.
        reset(error);
        closed(new ProxyError.Malformed(400, detail));
    }

    private void reset(Http2Error error) {
        channel.writeAndFlush(new DefaultHttp2ResetFrame(error));
        channel.close();
    }

    /** The stream or its connection has closed. */
    void closed(ProxyError cause) {
        if (!ended) {
            ended = true;
            record().failed(cause);
            RequestEvents receiver = events;
            close();
            if (receiver != null) {
                receiver.aborted(cause);
            }
        }
        bodyDeadline.cancel();
        writeDeadline.cancel();
        releaseWaiting();
    }

    private void close() {
        if (finished) {
            return;
        }
        finished = true;
        events = null;
        bodyDeadline.cancel();
        writeDeadline.cancel();
        releaseWaiting();
        out.release();
        FileSender sender = file;
        if (sender != null) {
            sender.close();
        }
        // What is still to come of the request is read and dropped.
        channel.config().setAutoRead(true);
        finish(context.log());
    }

    private void releaseWaiting() {
        for (ByteBuf data = waiting.poll(); data != null; data = waiting.poll()) {
            data.release();
        }
    }

    @Override
    public boolean responded() {
        return responded;
    }

    @Override
    public boolean ended() {
        return ended;
    }
}
