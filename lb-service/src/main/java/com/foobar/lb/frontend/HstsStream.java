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

/** A stream whose response gets {@code Strict-Transport-Security}. */
final class HstsStream extends RequestStream {
    private final RequestStream stream;
    private final String value;

    HstsStream(RequestStream stream, String value) {
        super(stream.head(), stream.connection(), stream.record());
        this.stream = stream;
        this.value = value;
    }

    @Override
    public void respond(ResponseHead head) {
        stream.respond(withField(head));
    }

    @Override
    public void respond(ResponseHead head, FileBody file) {
        stream.respond(withField(head), file);
    }

    private ResponseHead withField(ResponseHead head) {
        head.fields().set(FieldName.STRICT_TRANSPORT_SECURITY, value);
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
