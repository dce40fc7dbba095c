package com.foobar.lb.frontend;

import com.foobar.http.exchange.FileBody;
import com.foobar.http.exchange.ProxyError;
import com.foobar.http.exchange.RequestEvents;
import com.foobar.http.exchange.RequestStream;
import com.foobar.http.message.FieldName;
import com.foobar.http.message.Fields;
import com.foobar.http.message.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

/** A stream whose response gets the fields of the edge, whoever makes it: a server, or we ourselves as an error. */
final class EdgeStream extends RequestStream {
    private final RequestStream stream;
    private final String requestId;
    private final @Nullable String hsts;

    EdgeStream(RequestStream stream, String requestId, @Nullable String hsts) {
        super(stream.head(), stream.connection(), stream.record());
        this.stream = stream;
        this.requestId = requestId;
        this.hsts = hsts;
    }

    @Override
    public void respond(ResponseHead head) {
        stream.respond(atEdge(head));
    }

    @Override
    public void respond(ResponseHead head, FileBody file) {
        stream.respond(atEdge(head), file);
    }

    private ResponseHead atEdge(ResponseHead head) {
        head.fields().set(FieldName.X_REQUEST_ID, requestId);
        if (hsts != null) {
            head.fields().set(FieldName.STRICT_TRANSPORT_SECURITY, hsts);
        }
        return head;
    }

    @Override
    public EventLoop eventLoop() {
        return stream.eventLoop();
    }

    @Override
    public ByteBufAllocator allocator() {
        return stream.allocator();
    }

    @Override
    public void receive(RequestEvents events) {
        stream.receive(events);
    }

    @Override
    public void pause() {
        stream.pause();
    }

    @Override
    public void resume() {
        stream.resume();
    }

    @Override
    public void inform(ResponseHead head) {
        stream.inform(head);
    }

    @Override
    public void write(ByteBuf data) {
        stream.write(data);
    }

    @Override
    public void end(Fields trailers) {
        stream.end(trailers);
    }

    @Override
    public void flush() {
        stream.flush();
    }

    @Override
    public boolean writable() {
        return stream.writable();
    }

    @Override
    public void abort(ProxyError cause) {
        stream.abort(cause);
    }

    @Override
    public boolean responded() {
        return stream.responded();
    }

    @Override
    public boolean ended() {
        return stream.ended();
    }
}
