package com.foobar.http.exchange;

import com.foobar.http.message.RequestHead;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one request for logs and metrics, filled in along its way. Used on the connection's event loop only, and only until {@link RequestLog#ended} returns.
 */
public final class RequestRecord {
    private final ClientConnection connection;
    private final RequestHead head;
    private final long startNanos;
    private long endNanos;
    private long firstByteNanos;
    private long queueNanos;
    /** Whether it waits for a server, or has ended so. */
    private boolean queued;
    /** Since when, in {@link System#nanoTime()}; of use until the wait is over. */
    private long queuedSince;

    private boolean waiting;
    private long connectedNanos;
    /** Whether the response is a server's. */
    private boolean answered;

    private int status;
    private long bytesIn;
    private long bytesOut;
    private int retries;
    private String requestId = "";
    private String traceId = "";
    private @Nullable String backend;
    private @Nullable String server;
    private @Nullable SessionCookie sessionCookie;
    private boolean sessionBegun;
    private @Nullable String cacheResult;
    private @Nullable ProxyError error;
    private @Nullable ForwardedChain forwarded;
    private @Nullable Runnable whenEnded;

    public RequestRecord(ClientConnection connection, RequestHead head, long startNanos) {
        this.connection = connection;
        this.head = head;
        this.startNanos = startNanos;
    }

    public ClientConnection connection() {
        return connection;
    }

    /** The head; of a refused request only what had been read of it. */
    public RequestHead head() {
        return head;
    }

    /** When the head was complete, or, of one that was refused before, when it began to arrive; in {@link System#nanoTime()}. */
    public long startNanos() {
        return startNanos;
    }

    /** From {@linkplain #startNanos then} to the last byte handed to the connection. */
    public long durationNanos() {
        return Math.max(0, endNanos - startNanos);
    }

    /** From the complete head to the response's head; 0 where there was no response. */
    public long firstByteNanos() {
        return firstByteNanos == 0 ? 0 : Math.max(0, firstByteNanos - startNanos);
    }

    /** How long it waited for a server that may have one more request, all attempts together. */
    public long queueNanos() {
        return queueNanos;
    }

    /** Whether it waits for a server that may have one more request, or did so to its end. */
    public boolean isQueued() {
        return queued;
    }

    /** From the complete head to the connection to the server that answered or was the last to be asked, without the queue; 0 where there was none. */
    public long connectNanos() {
        return connectedNanos == 0 ? 0 : Math.max(0, connectedNanos - startNanos - queueNanos);
    }

    /** From that connection to the head of the server's response; 0 where there was none. */
    public long responseNanos() {
        return answered ? Math.max(0, firstByteNanos - connectedNanos) : 0;
    }

    /** The status that was sent, or that of the error of which a client of gRPC was told, or 499 where the client went away before there was one. */
    public int status() {
        return status;
    }

    /** Bytes of the request's decoded body. */
    public long bytesIn() {
        return bytesIn;
    }

    /** Bytes of the response's body, before it was framed. */
    public long bytesOut() {
        return bytesOut;
    }

    /** How often the request was sent again. */
    public int retries() {
        return retries;
    }

    /** Empty where nobody gave the request one. */
    public String requestId() {
        return requestId;
    }

    /** Empty where nobody gave the request one. */
    public String traceId() {
        return traceId;
    }

    /** The backend that answered, or was to, or null where there was none for it: where we answered, or refused. */
    public @Nullable String backend() {
        return backend;
    }

    /** The server that answered or was the last to be asked, or null. */
    public @Nullable String server() {
        return server;
    }

    /** What the client's cookie said of the server that it is to be kept at; null where the backend keeps none. */
    public @Nullable SessionCookie sessionCookie() {
        return sessionCookie;
    }

    public void sessionCookie(SessionCookie cookie) {
        sessionCookie = cookie;
    }

    /** Whether the response gave the client a cookie that keeps it at a server. */
    public boolean sessionBegun() {
        return sessionBegun;
    }

    public void beganSession() {
        sessionBegun = true;
    }

    /** What a cache did with it, in a word of that cache's metrics; null where none was asked. */
    public @Nullable String cacheResult() {
        return cacheResult;
    }

    public void cacheResult(String result) {
        cacheResult = result;
    }

    /** What went wrong, or null. */
    public @Nullable ProxyError error() {
        return error;
    }

    /** Through which proxies the request came, where one that is trusted told us, or null. */
    public @Nullable ForwardedChain forwarded() {
        return forwarded;
    }

    public void forwarded(ForwardedChain newForwarded) {
        forwarded = newForwarded;
    }

    /** The IP address of who asked: the peer's, or the one that a trusted proxy named. */
    public String clientHost() {
        ForwardedChain chain = forwarded;
        return chain == null ? connection.remoteHost() : ForwardedChain.text(chain.client());
    }

    /** Has that called when the request is over, however it ends; one at most. */
    public void whenEnded(Runnable action) {
        whenEnded = action;
    }

    public void identify(String newRequestId, String newTraceId) {
        requestId = newRequestId;
        traceId = newTraceId;
    }

    /** Where it is to be answered. */
    public void backend(String newBackend) {
        backend = newBackend;
    }

    public void asked(String newBackend, String newServer) {
        backend = newBackend;
        server = newServer;
        connectedNanos = 0;
    }

    /** It has waited so long for a server that may have one more request. */
    public void queued(long nanos) {
        queueNanos += nanos;
    }

    /**
     * It waits for such a server, until it is admitted or gives up; or to its end, of which who waits may learn when the record is closed.
     *
     * @param nanos since when, in {@link System#nanoTime()}
     */
    public void enqueued(long nanos) {
        queued = true;
        waiting = true;
        connectedNanos = 0;
        queuedSince = nanos;
    }

    /** @param nanos when there was a server, in {@link System#nanoTime()} */
    public void admitted(long nanos) {
        leftQueue(nanos);
        queued = false;
    }

    /** @param nanos when it gave up, in {@link System#nanoTime()} */
    public void leftQueue(long nanos) {
        if (waiting) {
            waiting = false;
            queueNanos += nanos - queuedSince;
        }
    }

    /** @param nanos when there was a connection to the server that is asked, in {@link System#nanoTime()}; 0 where there is none yet */
    public void connected(long nanos) {
        connectedNanos = nanos;
    }

    /** The server's response is passed on. */
    public void answered() {
        answered = true;
    }

    public void retried() {
        retries++;
    }

    public void failed(ProxyError newError) {
        if (error == null) {
            error = newError;
        }
    }

    void responded(int newStatus, long nanos) {
        status = newStatus;
        firstByteNanos = nanos;
    }

    void received(long bytes) {
        bytesIn += bytes;
    }

    void sent(long bytes) {
        bytesOut += bytes;
    }

    void ended(long nanos) {
        endNanos = nanos;
        leftQueue(nanos);
        if (status == 0) {
            status = error == null ? 499 : error.status();
        }
        Runnable action = whenEnded;
        if (action != null) {
            whenEnded = null;
            action.run();
        }
    }
}
