package com.foobar.http.http1;

import com.foobar.http.exchange.FileBody;
import com.foobar.http.exchange.FileSender;
import com.foobar.http.exchange.ProxyError;
import com.foobar.http.exchange.RecordedTunnel;
import com.foobar.http.exchange.RequestEvents;
import com.foobar.http.exchange.RequestRecord;
import com.foobar.http.exchange.RequestStream;
import com.foobar.http.exchange.TunnelEnd;
import com.foobar.http.exchange.TunnelEvents;
import com.foobar.http.http1.HeadWriter.Connection;
import com.foobar.http.message.Fields;
import com.foobar.http.message.Protocol;
import com.foobar.http.message.RequestHead;
import com.foobar.http.message.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.EventLoop;
import io.netty.channel.FileRegion;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;

/** One request of an HTTP/1.1 connection. */
final class Http1Stream extends RequestStream {
    private enum Body {
        NONE,
        LENGTH,
        CHUNKED,
        UNTIL_CLOSE
    }

    private final Http1Connection connection;
    private final Http1Output out;
    private @Nullable RequestEvents events;
    private @Nullable FileSender file;
    /** A file on its way by sendfile. */
    private @Nullable FileRegion region;

    private Body body = Body.NONE;
    private long bodyLeft;
    private boolean keepAlive;
    private boolean paused;
    private boolean requestEnded;
    private boolean responded;
    private boolean ended;

    /** @param startNanos when the request began, as {@link System#nanoTime} */
    Http1Stream(Http1Connection connection, RequestHead head, long startNanos, boolean keepAlive) {
        super(head, connection.context(), new RequestRecord(connection.context().connection(), head, startNanos));
        this.connection = connection;
        this.out = connection.output();
        this.keepAlive = keepAlive;
    }

    void begin() {
        requestEnded = !head().hasBody();
        dispatch(connection.context().handler());
    }

    @Override
    public EventLoop eventLoop() {
        return connection.channel().eventLoop();
    }

    @Override
    public ByteBufAllocator allocator() {
        return connection.channel().alloc();
    }

    // ---- request body ----

    @Override
    public void receive(RequestEvents newEvents) {
        if (ended) {
            return;
        }
        events = newEvents;
        if (requestEnded) {
            newEvents.end(Fields.none());
            return;
        }
        if (head().expectsContinue() && !responded) {
            HeadWriter.continueResponse(out.buffer());
            flush();
        }
        connection.bodyWanted();
    }

    @Override
    public void pause() {
        if (!paused) {
            paused = true;
            connection.bodyPaused();
        }
    }

    @Override
    public void resume() {
        if (paused) {
            paused = false;
            if (!ended && !requestEnded) {
                connection.bodyWanted();
            }
        }
    }

    boolean flowing() {
        return events != null && !paused;
    }

    /** Nobody will read the body: the connection cannot be kept. */
    void dropBody() {
        keepAlive = false;
    }

    void bodyData(ByteBuf data) {
        countReceived(data.readableBytes());
        RequestEvents receiver = events;
        if (receiver == null || ended) {
            data.release();
        } else {
            receiver.data(data);
        }
    }

    void bodyEnd(Fields trailers) {
        requestEnded = true;
        RequestEvents receiver = events;
        if (receiver != null && !ended) {
            receiver.end(trailers);
        }
    }

    /** Also where the body cannot be read to its end; the connection cannot be kept. */
    @Override
    protected void giveUp(ProxyError error) {
        keepAlive = false;
        RequestEvents receiver = events;
        events = null;
        if (receiver != null) {
            receiver.aborted(error);
        }
        if (!ended) {
            fail(error);
        }
    }

    void readComplete() {
        RequestEvents receiver = events;
        if (receiver != null && !ended) {
            receiver.readComplete();
        }
    }

    // ---- response ----

    @Override
    public void inform(ResponseHead head) {
        if (!ended && !responded && head().protocol() != Protocol.HTTP_1_0) {
            HeadWriter.get().response(out.buffer(), head, false, false, Connection.PERSISTENT);
            flush();
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
        boolean bodyUnread = !requestEnded && events == null;
        if (bodyUnread && (head().expectsContinue() || !connection.bodyNearlyRead())) {
            // Of a client that was not told to go on nobody knows whether its body or its next request follows.
            keepAlive = false;
        }
        boolean announces = head.status() != 204;
        if (!head.hasBody(head().method())) {
            body = Body.NONE;
        } else if (head.contentLength() >= 0) {
            body = Body.LENGTH;
            bodyLeft = head.contentLength();
        } else if (head().protocol() == Protocol.HTTP_1_0) {
            body = Body.UNTIL_CLOSE;
            keepAlive = false;
        } else {
            body = Body.CHUNKED;
        }
        Connection persistence = Connection.CLOSE;
        if (keepAlive) {
            persistence = head().protocol() == Protocol.HTTP_1_0 ? Connection.KEEP_ALIVE : Connection.PERSISTENT;
        }
        HeadWriter.get().response(out.buffer(), head, body == Body.CHUNKED, announces, persistence);
        connection.answering(this);
    }

    @Override
    public void write(ByteBuf data) {
        int size = data.readableBytes();
        if (ended || !responded || body == Body.NONE || size == 0) {
            data.release();
            return;
        }
        if (body == Body.LENGTH && size > bodyLeft) {
            data.release();
            abort(new ProxyError.Internal());
            return;
        }
        bodyLeft -= size;
        countSent(size);
        if (body == Body.CHUNKED) {
            out.chunk(data);
        } else {
            out.write(data);
        }
        connection.answering(this);
    }

    @Override
    public void end(Fields trailers) {
        if (ended || !responded) {
            return;
        }
        if (body == Body.LENGTH && bodyLeft > 0) {
            abort(new ProxyError.Internal());
            return;
        }
        if (body == Body.CHUNKED) {
            out.lastChunk(trailers);
        }
        out.push();
        finished();
    }

    private void finished() {
        ended = true;
        finish(connection.context().log());
        connection.answered(this, keepAlive);
    }

    @Override
    public void respond(ResponseHead head, FileBody newFile) {
        head.contentLength(newFile.count());
        respond(head);
        FileSender sender = new FileSender(this, newFile, connection.context().fileReader());
        if (ended || body == Body.NONE) {
            sender.close();
            end();
        } else if (connection.channelContext().pipeline().get(SslHandler.class) == null && newFile.count() > 0) {
            out.push();
            FileRegion all = new DefaultFileRegion(newFile.channel(), newFile.position(), newFile.count());
            region = all;
            connection.send(all, this);
        } else {
            file = sender;
            sender.proceed();
        }
    }

    /** All of the file has gone. */
    void fileSent() {
        if (!ended) {
            countSent(bodyLeft);
            bodyLeft = 0;
            finished();
        }
    }

    @Override
    public TunnelEnd switchProtocols(ResponseHead head, TunnelEvents newEvents) {
        responded = true;
        ended = true;
        events = null;
        countResponse(head.status());
        HeadWriter.get().response(out.buffer(), head, false, false, Connection.UPGRADE);
        out.push();
        RecordedTunnel tunnel =
                new RecordedTunnel(record(), connection.context().log(), newEvents);
        return tunnel.before(connection.leave(tunnel));
    }

    @Override
    public void flush() {
        if (!ended) {
            out.push();
            connection.wantFlush();
        }
    }

    @Override
    public boolean writable() {
        return connection.channel().isWritable();
    }

    void becameWritable() {
        FileSender sender = file;
        RequestEvents receiver = events;
        if (sender != null) {
            sender.proceed();
        } else if (receiver != null && !ended) {
            receiver.writable();
        }
    }

    @Override
    public void abort(ProxyError cause) {
        if (!ended) {
            record().failed(cause);
            close();
            connection.reset();
        }
    }

    /** The connection has closed under the stream. */
    void connectionClosed(ProxyError cause) {
        if (!ended) {
            record().failed(cause);
            RequestEvents receiver = events;
            close();
            if (receiver != null) {
                receiver.aborted(cause);
            }
        }
    }

    private void close() {
        ended = true;
        events = null;
        out.release();
        FileSender sender = file;
        if (sender != null) {
            sender.close();
        }
        FileRegion cutOff = region;
        if (cutOff != null) {
            countSent(cutOff.transferred());
        }
        finish(connection.context().log());
    }

    /** The connection closes after this response. */
    void lastOfConnection() {
        keepAlive = false;
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
