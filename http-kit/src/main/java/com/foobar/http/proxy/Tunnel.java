package com.foobar.http.proxy;

import com.foobar.http.exchange.IdleTimer;
import com.foobar.http.exchange.TunnelEnd;
import com.foobar.http.exchange.TunnelEvents;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A client and a server that have switched to a protocol of their own (WebSocket): bytes go through as they are. A side that does not keep up has the other one paused; a direction that
 * ends is ended on the other side, behind all that came before, and the other direction goes on. Belongs to the event loop of both.
 */
final class Tunnel {
    private final Side client = new Side();
    private final Side server = new Side();
    private final IdleTimer idle;
    private final long idleNanos;
    private final long halfClosedNanos;
    private final Runnable over;

    /**
     * @param idleTimeout without a byte in either direction, after which both sides are closed
     * @param halfClosedTimeout the same after one direction has ended
     * @param over called when both sides have closed
     */
    Tunnel(EventLoop eventLoop, Duration idleTimeout, Duration halfClosedTimeout, Runnable over) {
        this.idle = new IdleTimer(eventLoop, this::close);
        this.idleNanos = idleTimeout.toNanos();
        this.halfClosedNanos = Math.min(idleNanos, halfClosedTimeout.toNanos());
        this.over = over;
        this.client.peer = server;
        this.server.peer = client;
    }

    /** What the client's end is to tell. */
    TunnelEvents client() {
        return client;
    }

    /** What the server's end is to tell. */
    TunnelEvents server() {
        return server;
    }

    /** Both ends are there; from now on they may tell what arrives, and they are read from. */
    void open(TunnelEnd clientEnd, TunnelEnd serverEnd) {
        client.end = clientEnd;
        server.end = serverEnd;
        idle.start(idleNanos);
        clientEnd.resume();
        serverEnd.resume();
    }

    private void close() {
        client.end().close();
        server.end().close();
    }

    private final class Side implements TunnelEvents {
        private @Nullable Side peer;
        private @Nullable TunnelEnd end;
        /** This side sends no more. */
        private boolean ended;

        private boolean closed;

        private TunnelEnd end() {
            return Objects.requireNonNull(end);
        }

        private Side peer() {
            return Objects.requireNonNull(peer);
        }

        @Override
        public void data(ByteBuf data) {
            if (peer().closed) {
                // Nobody takes it any more, so that it is no progress either.
                data.release();
                return;
            }
            idle.touch();
            TunnelEnd other = peer().end();
            other.write(data);
            if (!other.writable()) {
                other.flush();
                if (!other.writable()) {
                    end().pause();
                }
            }
        }

        @Override
        public void readComplete() {
            peer().end().flush();
        }

        @Override
        public void becameWritable() {
            // This side has taken something: that is progress as well.
            idle.touch();
            if (!peer().ended) {
                peer().end().resume();
            }
        }

        @Override
        public void inputEnded() {
            if (!ended) {
                ended = true;
                idle.start(halfClosedNanos);
                peer().end().endOutput();
            }
        }

        @Override
        public void closed() {
            if (closed) {
                return;
            }
            closed = true;
            if (peer().closed) {
                idle.stop();
                over.run();
            } else if (ended && peer().ended) {
                // Both directions have ended; what the other side has yet to take is still sent.
                idle.start(halfClosedNanos);
            } else if (ended && this == server) {
                // It takes nothing more, but had sent all it wanted to: that is still for the client. A client that
                // breaks has given up what is for it, and its server need not go on.
                idle.start(halfClosedNanos);
                client.end().resume();
            } else {
                ended = true;
                peer().end().close();
            }
        }
    }
}
