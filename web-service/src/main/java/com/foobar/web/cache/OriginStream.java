package com.foobar.web.cache;

import com.foobar.http.exchange.FileBody;
import com.foobar.http.exchange.ForwardedChain;
import com.foobar.http.exchange.ProxyError;
import com.foobar.http.exchange.RequestRecord;
import com.foobar.http.exchange.RequestStream;
import com.foobar.http.exchange.TunnelEnd;
import com.foobar.http.exchange.TunnelEvents;
import com.foobar.http.message.RequestHead;
import com.foobar.http.message.ResponseHead;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;

/** A request of the cache's own, in the name of a client's: what of a stream is the same for all, as it has no body and asks for nothing but a response. */
abstract class OriginStream extends RequestStream {
    private final EventLoop eventLoop;
    private final ByteBufAllocator allocator;

    /** @param cause the client's, on whose event loop this is */
    OriginStream(RequestHead head, RequestStream cause) {
        super(head, cause.connection(), new RequestRecord(cause.connection(), head, System.nanoTime()));
        this.eventLoop = cause.eventLoop();
        this.allocator = cause.allocator();
        record().identify(cause.record().requestId(), cause.record().traceId());
        ForwardedChain chain = cause.record().forwarded();
        if (chain != null) {
            record().forwarded(chain);
        }
    }

    @Override
    public final EventLoop eventLoop() {
        return eventLoop;
    }

    @Override
    public final ByteBufAllocator allocator() {
        return allocator;
    }

    @Override
    public final void pause() {
        // There is no body.
    }

    @Override
    public final void resume() {
        // There is no body.
    }

    @Override
    protected final void giveUp(ProxyError error) {
        fail(error);
    }

    @Override
    public final void respond(ResponseHead head, FileBody file) {
        throw new UnsupportedOperationException("an app server's response is no file");
    }

    @Override
    public final TunnelEnd switchProtocols(ResponseHead head, TunnelEvents newEvents) {
        throw new UnsupportedOperationException("a cached request asks for no other protocol");
    }
}
