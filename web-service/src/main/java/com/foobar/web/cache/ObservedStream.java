package com.foobar.web.cache;

import com.foobar.http.exchange.FileBody;
import com.foobar.http.exchange.ProxyError;
import com.foobar.http.exchange.RequestEvents;
import com.foobar.http.exchange.RequestStream;
import com.foobar.http.exchange.TunnelEnd;
import com.foobar.http.exchange.TunnelEvents;
import com.foobar.http.message.Fields;
import com.foobar.http.message.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import java.util.function.Consumer;

/** A client's request as it is; only the head of its response is looked at, before the client sees it. */
final class ObservedStream extends RequestStream {
    private final RequestStream client;
    private final Consumer<ResponseHead> observer;

    /** @param observer called with the response's head, which it may add to */
    ObservedStream(RequestStream client, Consumer<ResponseHead> observer) {
        super(client);
        this.client = client;
        this.observer = observer;
    }

    @Override
    public EventLoop eventLoop() {
        return client.eventLoop();
    }

    @Override
    public ByteBufAllocator allocator() {
        return client.allocator();
    }

    @Override
    public void receive(RequestEvents events) {
        client.receive(events);
    }

    @Override
    public void pause() {
        client.pause();
    }

    @Override
    public void resume() {
        client.resume();
    }

    @Override
    public void inform(ResponseHead head) {
        client.inform(head);
    }

    @Override
    public void respond(ResponseHead head) {
        if (!client.responded() && !client.ended()) {
            observer.accept(head);
        }
        client.respond(head);
    }

    @Override
    public void write(ByteBuf data) {
        client.write(data);
    }

    @Override
    public void end(Fields trailers) {
        client.end(trailers);
    }

    @Override
    public void respond(ResponseHead head, FileBody file) {
        observer.accept(head);
        client.respond(head, file);
    }

    @Override
    public TunnelEnd switchProtocols(ResponseHead head, TunnelEvents events) {
        return client.switchProtocols(head, events);
    }

    @Override
    public void flush() {
        client.flush();
    }

    @Override
    public boolean writable() {
        return client.writable();
    }

    @Override
    public void abort(ProxyError cause) {
        client.abort(cause);
    }

    @Override
    public boolean responded() {
        return client.responded();
    }

    @Override
    public boolean ended() {
        return client.ended();
    }

    @Override
    protected void giveUp(ProxyError error) {
        client.fail(error);
    }
}
