package com.foobar.http.exchange;

import com.foobar.http.message.FieldName;
import com.foobar.http.message.Fields;
import com.foobar.http.message.Method;
import com.foobar.http.message.RequestHead;
import com.foobar.http.message.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and the way back to its client. All methods are for the stream's event loop. What is written after the stream has ended or was aborted is released and ignored, so a
 * handler need not race with a client that goes away.
 *
 * <p>Framing is the stream's business: a response to HEAD, a 204 or a 304 gets no body whatever is written, unknown lengths become chunks (or the end of the connection, for
 * HTTP/1.0), fields that belong to the connection are added here.
 */
public abstract class RequestStream {
    private static final Logger log = LoggerFactory.getLogger(RequestStream.class);

    private final RequestHead head;
    private final ClientConnection connection;
    private final RequestRecord record;
    private @Nullable Fields added;
    private @Nullable Fields defaults;
    private @Nullable String serverTiming;
    /** Of the listener, and of the backend where it has any. */
    private final @Nullable ErrorPages errorPages;
    /** What this is a view of, or null. */
    private final @Nullable RequestStream viewed;

    private @Nullable ErrorPages closerErrorPages;
    /** The status for the record; 0 for the one that is sent. */
    private int recordedAs;

    protected RequestStream(RequestHead head, ConnectionContext context, RequestRecord record) {
        this(head, context.connection(), record, context.errorPages(), null);
    }

    /** Of no listener's: has error pages only where {@link #useErrorPages} names them. */
    protected RequestStream(RequestHead head, ClientConnection connection, RequestRecord record) {
        this(head, connection, record, null, null);
    }

    /** A view of that stream, which has its error pages, and to which goes what is to be added to the response. */
    protected RequestStream(RequestStream viewed) {
        this(viewed.head, viewed.connection, viewed.record, null, viewed);
    }

    private RequestStream(
            RequestHead head,
            ClientConnection connection,
            RequestRecord record,
            @Nullable ErrorPages errorPages,
            @Nullable RequestStream viewed) {
        this.head = head;
        this.connection = connection;
        this.record = record;
        this.errorPages = errorPages;
        this.viewed = viewed;
    }

    /** Valid until the response has ended. A handler that forwards the request may change it. */
    public final RequestHead head() {
        return head;
    }

    public final ClientConnection connection() {
        return connection;
    }

    /** What logs and metrics will say about this request. */
    public final RequestRecord record() {
        return record;
    }

    public abstract EventLoop eventLoop();

    public abstract ByteBufAllocator allocator();

    /**
     * Starts the flow of the request's body to {@code events}; until then nothing of it is read from the connection. Sends {@code 100 Continue} if the client waits for it. A
     * handler that never calls this answers without looking at the body.
     */
    public abstract void receive(RequestEvents events);

    /** Stops the flow of the body; a little that was already read may still come. */
    public abstract void pause();

    public abstract void resume();

    /** Sends an interim response (1xx but 101); ignored for HTTP/1.0 clients. */
    public abstract void inform(ResponseHead head);

    /** Begins the response. The head is written at once and may be reused by the caller. */
    public abstract void respond(ResponseHead head);

    /** Writes a piece of the body; the stream now owns the buffer. Check {@link #writable()} now and then: nothing is refused, but what the client does not take is kept in memory. */
    public abstract void write(ByteBuf data);

    /** Ends the response, and flushes. */
    public abstract void end(Fields trailers);

    /** Ends the response without trailers, and flushes. */
    public final void end() {
        end(Fields.none());
    }

    /** Sends the whole response, its body from a file: by {@code sendfile} where the connection allows it. */
    public abstract void respond(ResponseHead head, FileBody file);

    /** Sends the whole response; the stream now owns the buffer. */
    public final void respond(ResponseHead head, ByteBuf body) {
        head.contentLength(body.readableBytes());
        respond(head);
        write(body);
        end();
    }

    /**
     * Answers that the client's wish to switch protocols ({@link RequestHead#upgrade()}) is granted: what comes from the client goes to {@code events} from now on, beginning with the
     * first {@link TunnelEnd#resume}, and what is written to the result goes to the client. Of what was given to {@link #receive} nothing is called any more.
     */
    public abstract TunnelEnd switchProtocols(ResponseHead head, TunnelEvents events);

    /** Hands to the client what was written since the last flush. */
    public abstract void flush();

    /** Whether little enough is waiting for the client to take it; {@link RequestEvents#writable()} tells when that is so again. */
    public abstract boolean writable();

    /** Breaks the response off so that the client cannot take it for complete: closes the connection, or resets the stream. */
    public abstract void abort(ProxyError cause);

    /** Whether {@link #respond} was called. */
    public abstract boolean responded();

    /** Whether the response was ended or the stream aborted. */
    public abstract boolean ended();

    /** Answers with that error if no response was begun, and breaks off otherwise. */
    public final void fail(ProxyError error) {
        record.failed(error);
        if (responded()) {
            abort(error);
        } else {
            ErrorResponses.answer(this, error);
        }
    }

    /** Has these pages answered rather than the listener's or our own error responses; those of a status that they lack stay what they were. */
    public final void useErrorPages(ErrorPages pages) {
        if (viewed != null) {
            viewed.useErrorPages(pages);
            return;
        }
        closerErrorPages = pages;
    }

    final ErrorPages.@Nullable Page errorPage(int status) {
        if (viewed != null) {
            return viewed.errorPage(status);
        }
        ErrorPages closer = closerErrorPages;
        ErrorPages.Page page = closer == null ? null : closer.of(status);
        ErrorPages pages = errorPages;
        return page == null && pages != null ? pages.of(status) : page;
    }

    /**
     * Adds a field to the response, whoever makes it: for what holds for all answers of a listener, such as Strict-Transport-Security. A field of that name that the response has of its
     * own is replaced. No effect once the response has begun.
     */
    public final void addToResponse(FieldName name, String value) {
        if (viewed != null) {
            viewed.addToResponse(name, value);
            return;
        }
        Fields fields = added;
        if (fields == null) {
            fields = Fields.none();
            added = fields;
        }
        fields.set(name, value);
    }

    /**
     * Gives the response each of these fields that it does not have of its own, whoever makes it. No effect once the response has begun.
     *
     * @param fields not changed any more; may be the same for many requests
     */
    public final void defaultFields(Fields fields) {
        if (viewed != null) {
            viewed.defaultFields(fields);
            return;
        }
        defaults = fields;
    }

    /**
     * Adds a metric to the response's {@code Server-Timing}, whoever makes it, after those of the tiers behind. No effect once the response has begun.
     *
     * @param metric as {@link com.foobar.kit.observability.ServerTiming} makes it
     */
    public final void addServerTiming(String metric) {
        if (viewed != null) {
            viewed.addServerTiming(metric);
            return;
        }
        serverTiming = metric;
    }

    /** Gives the response's head the fields that were to be added to it. */
    protected final void complete(ResponseHead head) {
        Fields fields = added;
        if (fields != null) {
            for (int slot = 0; slot < fields.slots(); slot++) {
                FieldName name = fields.known(slot);
                if (name != null) {
                    head.fields().set(name, fields.value(slot));
                }
            }
        }
        if (defaults != null) {
            head.fields().addMissing(defaults);
        }
        if (serverTiming != null) {
            head.fields().add(FieldName.SERVER_TIMING, serverTiming);
        }
    }

    /** Has the handler answer, but for methods that no handler gets: TRACE and CONNECT. */
    protected final void dispatch(RequestHandler handler) {
        if (head.method().equals(Method.TRACE) || head.method().equals(Method.CONNECT)) {
            fail(new ProxyError.MethodNotAllowed("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"));
            return;
        }
        try {
            handler.handle(this);
        } catch (RuntimeException e) {
            log.error("{} {} could not be handled", head.method(), head.target(), e);
            giveUp(new ProxyError.Internal());
        }
    }

    /** Tells whoever receives the request that it has failed, then {@linkplain #fail fails}. */
    protected abstract void giveUp(ProxyError error);

    /** Counts bytes of the request's decoded body. */
    protected final void countReceived(long bytes) {
        record.received(bytes);
    }

    /** Counts bytes of the response's body. */
    protected final void countSent(long bytes) {
        record.sent(bytes);
    }

    protected final void countResponse(int status) {
        record.responded(recordedAs == 0 ? status : recordedAs, System.nanoTime());
    }

    /** Has the record say that status, where the one that is sent says nothing. */
    final void recordAs(int status) {
        if (viewed != null) {
            viewed.recordAs(status);
            return;
        }
        recordedAs = status;
    }

    /** Closes the record and tells the log; to be called once. */
    protected final void finish(RequestLog log) {
        record.ended(System.nanoTime());
        log.ended(record);
    }
}
