package com.foobar.http.proxy;

import com.foobar.http.exchange.TunnelEnd;
import com.foobar.http.exchange.TunnelEvents;
import com.foobar.http.message.Fields;
import com.foobar.http.message.RequestHead;
import com.foobar.http.message.ResponseHead;
import io.netty.buffer.ByteBuf;

/**
 * A place on a connection to a server for one request and its response: the whole connection in HTTP/1.1, a stream of it in HTTP/2. Belongs to the connection's event loop, as does the
 * receiver.
 */
interface UpstreamExchange {
    /** Takes a response. Nothing is called after {@link #responseEnded} or {@link #failed}. */
    interface Receiver {
        /** An interim response, but for 100. */
        void informed(ResponseHead head);

        void responded(ResponseHead head);

        void responseData(ByteBuf data);

        void responseEnded(Fields trailers);

        /** The server has switched protocols: {@link UpstreamExchange#leave} is to be called at once. */
        void switched(ResponseHead head);

        /** What arrived in one go was handed over. */
        void responseReadComplete();

        /** The server takes more of the request again. */
        void upstreamWritable();

        /** The server answers checks no more, and has not begun to answer the request. Whoever goes on waiting for it need do nothing. */
        void unanswering();

        void failed(UpstreamFailure failure);
    }

    /** Begins the request: its head, not flushed yet. */
    void begin(Receiver receiver, RequestHead head);

    /** Sends a piece of the request's body; owns the buffer from now on. */
    void send(ByteBuf data);

    /** Ends the request, and flushes; from now on the server must answer in time. */
    void endRequest(Fields trailers);

    void flush();

    /** Whether little enough is waiting for the server to take it; {@link Receiver#upstreamWritable} tells when that is so again. */
    boolean writable();

    /** Stops the flow of the response; a little that was already read may still come. */
    void pause();

    void resume();

    /** Both sides speak another protocol from now on: bytes as they are, beginning with what follows the response's head. */
    TunnelEnd leave(TunnelEvents events);

    /** Gives the request up; the receiver is told nothing more. */
    void close();
}
