package com.foobar.http.http2;

import com.foobar.http.exchange.ConnectionContext;
import com.foobar.http.exchange.FileBody;
import com.foobar.http.exchange.FileSender;
import com.foobar.http.exchange.ProxyError;
import com.foobar.http.exchange.RecordedTunnel;
import com.foobar.http.exchange.RequestEvents;
import com.foobar.http.exchange.RequestRecord;
import com.foobar.http.exchange.RequestStream;
import com.foobar.http.exchange.SpareHeads;
import com.foobar.http.exchange.TunnelEnd;
import com.foobar.http.exchange.TunnelEvents;
import com.foobar.http.message.Fields;
import com.foobar.http.message.MalformedMessage;
import com.foobar.http.message.RequestHead;
import com.foobar.http.message.ResponseHead;
import com.foobar.http.message.WebSocketKey;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/**
 * One stream of an HTTP/2 connection, and the response on it; the request's body is {@link RequestBody}'s. Flow control is the backpressure: while the client's window is shut the stream is
 * not writable.
 */
final class Http2Stream extends RequestStream implements StreamPort.Receiver {
    private final Http2Connection connection;
    private final ConnectionContext context;
    private final StreamPort port;
    private final Http2Output out;
    private final RequestBody body;
    private final StallWatch output;

    private @Nullable RequestEvents events;
    private @Nullable FileSender file;

    private boolean responded;
    private boolean withBody;
    private long bodyLeft;
    private boolean ended;
    private boolean finished;
    /** The response has ended as it was to: nobody has a use for the head. */
    private boolean answered;

    Http2Stream(Http2Connection connection, StreamPort port, RequestHead head, boolean endStream) {
        super(
                head,
                connection.context(),
                new RequestRecord(connection.context().connection(), head, System.nanoTime()));
        this.connection = connection;
        this.context = connection.context();
        this.port = port;
        this.out = new Http2Output(port);
        this.body = new RequestBody(this, port, context.limits(), endStream);
        this.output = new StallWatch(port, context.limits().clientTimeout().toNanos(), this::clientStalled);
    }

    void begin() {
        if (head().bodyLength() > context.limits().bodyBytes()) {
            fail(new ProxyError.BodyTooLarge(context.limits().bodyBytes()));
            return;
        }
        dispatch(context.handler());
    }

    @Override
    public EventLoop eventLoop() {
        return port.eventLoop();
    }

    @Override
    public ByteBufAllocator allocator() {
        return port.allocator();
    }

    // ---- request ----

    @Override
    public void data(ByteBuf data, boolean endStream) {
        body.arrived(data, endStream);
    }

    /** Trailers. */
    @Override
    public void headers(Http2Headers headers, boolean endStream) {
        if (!endStream) {
            // RFC 9113 §8.1
            refuseTrailers("The request's trailers do not end it.");
            return;
        }
        if (ended) {
            body.ended(Fields.none());
            return;
        }
        Fields trailers;
        try {
            trailers = HeadersReader.trailers(headers);
        } catch (MalformedMessage e) {
            refuseTrailers(e.detail());
            return;
        }
        body.ended(trailers);
    }

    /** Who receives the request; null before there is one, and when it is over. */
    @Nullable
    RequestEvents events() {
        return events;
    }

    /** That many bytes of the body are passed on. */
    void received(int bytes) {
        countReceived(bytes);
    }

    @Override
    public void receive(RequestEvents newEvents) {
        if (ended) {
            return;
        }
        events = newEvents;
        if (head().upgrade() != null) {
            // What the client sends from now on is for whom it is connected to.
            body.hold();
            newEvents.end(Fields.none());
            return;
        }
        if (head().expectsContinue() && !responded && !body.received()) {
            inform(ResponseHead.of(100));
            flush();
        }
        body.deliver();
    }

    @Override
    public void pause() {
        body.pause();
    }

    @Override
    public void resume() {
        body.resume();
    }

    @Override
    public void readComplete() {
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
        answering();
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
        answering();
    }

    /** The answer begins, or goes on, while the body may still be coming: a client that only listens for a while does not stall. */
    private void answering() {
        if (events != null && body.flowing()) {
            body.await();
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
        out.end(trailers);
        close();
        answered = true;
        // The record is closed, but a client that keeps its window shut must not keep the rest of the response in
        // memory.
        port.endFlush();
        body.awaitEnd();
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
        port.flush();
        output.cancel();
        RecordedTunnel tunnel = new RecordedTunnel(record(), context.log(), newEvents);
        StreamTunnel clientEnd = new StreamTunnel(port, body.leave(), body.received(), tunnel);
        port.receiver(clientEnd);
        return tunnel.before(clientEnd);
    }

    @Override
    public void flush() {
        if (!ended) {
            out.push();
            port.flush();
        }
    }

    @Override
    public boolean writable() {
        return port.writable();
    }

    @Override
    public void writabilityChanged(boolean writable) {
        if (ended) {
            return;
        }
        if (!writable) {
            output.begin();
            return;
        }
        output.clear();
        FileSender sender = file;
        RequestEvents receiver = events;
        if (sender != null) {
            sender.proceed();
        } else if (receiver != null) {
            receiver.writable();
        }
    }

    @Override
    public void stalled() {
        output.begin();
    }

    private void clientStalled() {
        if (ended) {
            port.reset(Http2Error.CANCEL);
            return;
        }
        ProxyError error = new ProxyError.ClientStalled(context.limits().clientTimeout());
        RequestEvents receiver = events;
        abort(error);
        if (receiver != null) {
            receiver.aborted(error);
        }
    }

    // ---- ends ----

    @Override
    public void abort(ProxyError cause) {
        if (!ended) {
            ended = true;
            record().failed(cause);
            close();
            port.reset(Http2Error.INTERNAL_ERROR);
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
    private void refuseTrailers(String detail) {
        connection.wasted();
        violated(Http2Error.PROTOCOL_ERROR, detail);
    }

    /** The client broke the rules of the stream, and that is charged: resets it. */
    @Override
    public void violated(Http2Error error, String detail) {
        port.reset(error);
        over(new ProxyError.Malformed(400, detail));
    }

    @Override
    public void closed() {
        if (!ended) {
            over(new ProxyError.ClientGone());
        }
        output.cancel();
        body.closed();
        if (answered) {
            SpareHeads.ofThread().give(head());
        }
    }

    private void over(ProxyError cause) {
        if (!ended) {
            ended = true;
            record().failed(cause);
            RequestEvents receiver = events;
            close();
            if (receiver != null) {
                receiver.aborted(cause);
            }
        }
    }

    private void close() {
        if (finished) {
            return;
        }
        finished = true;
        events = null;
        output.cancel();
        body.unwanted();
        out.release();
        FileSender sender = file;
        if (sender != null) {
            sender.close();
        }
        finish(context.log());
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
