package com.foobar.http.exchange;

import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Stands between the client's end of a tunnel and who uses it: counts the bytes of both directions, and closes the request's record with the tunnel. */
public final class RecordedTunnel implements TunnelEnd, TunnelEvents {
    private final RequestRecord record;
    private final RequestLog log;
    private final TunnelEvents events;
    private @Nullable TunnelEnd end;

    /** @param events told what arrives from the client */
    public RecordedTunnel(RequestRecord record, RequestLog log, TunnelEvents events) {
        this.record = record;
        this.log = log;
        this.events = events;
    }

    /** The client's end; to be told once, before anything else happens. */
    public RecordedTunnel before(TunnelEnd clientEnd) {
        end = clientEnd;
        return this;
    }

    private TunnelEnd end() {
        return Objects.requireNonNull(end);
    }

    // ---- to the client ----

    @Override
    public void write(ByteBuf data) {
        record.sent(data.readableBytes());
        end().write(data);
    }

    @Override
    public void flush() {
        end().flush();
    }

    @Override
    public boolean writable() {
        return end().writable();
    }

    @Override
    public void pause() {
        end().pause();
    }

    @Override
    public void resume() {
        end().resume();
    }

    @Override
    public void endOutput() {
        end().endOutput();
    }

    @Override
    public void close() {
        end().close();
    }

    // ---- from the client ----

    @Override
    public void data(ByteBuf data) {
        record.received(data.readableBytes());
        events.data(data);
    }

    @Override
    public void readComplete() {
        events.readComplete();
    }

    @Override
    public void becameWritable() {
        events.becameWritable();
    }

    @Override
    public void inputEnded() {
        events.inputEnded();
    }

    @Override
    public void closed() {
        record.ended(System.nanoTime());
        log.ended(record);
        events.closed();
    }
}
