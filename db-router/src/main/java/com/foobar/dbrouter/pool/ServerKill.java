package com.foobar.dbrouter.pool;

import com.foobar.dbrouter.protocol.ErrPacket;
import io.netty.channel.EventLoop;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends what runs on a server connection, by a {@code KILL} over another connection of the same user to the same server, for
 * which the pool keeps places. Where that fails it is tried again, and in the end the connection itself is closed. Belongs to
 * the connection's event loop.
 */
public final class ServerKill implements ConnectionWaiter {
    private static final int MOST_ATTEMPTS = 6;
    private static final long FIRST_PAUSE_MILLIS = 100;

    private final ServerPool pool;
    private final EventLoop loop;
    private final ServerConnection target;
    private final SessionState state;
    private final String statement;
    private final Runnable told;
    private final Runnable notTold;
    private int attempts;
    private boolean hasEnded;
    private boolean isSent;
    private @Nullable ScheduledFuture<?> pause;

    private ServerKill(
            ServerPool pool,
            EventLoop loop,
            ServerConnection target,
            SessionState state,
            String kill,
            Runnable told,
            Runnable notTold) {
        this.pool = pool;
        this.loop = loop;
        this.target = target;
        this.state = state;
        this.statement = kill + Integer.toUnsignedString(target.id());
        this.told = told;
        this.notTold = notTold;
    }

    /** As {@link ServerPools.LoopPools#killQuery}. */
    static ServerKill query(
            ServerPool pool,
            EventLoop loop,
            ServerConnection target,
            SessionState state,
            Runnable told,
            Runnable notTold) {
        ServerKill kill = new ServerKill(pool, loop, target, state, "KILL QUERY ", told, notTold);
        kill.attempt();
        return kill;
    }

    /** As {@link ServerPools.LoopPools#killConnection}. */
    static void connection(
            ServerPool pool, EventLoop loop, ServerConnection target, SessionState state, Runnable notTold) {
        new ServerKill(pool, loop, target, state, "KILL CONNECTION ", () -> {}, notTold).attempt();
    }

    /** It has ended by itself. @return whether that is all; false where the server is just being told to end it */
    public boolean cancel() {
        hasEnded = true;
        ScheduledFuture<?> next = pause;
        pause = null;
        return next != null && next.cancel(false);
    }

    private void attempt() {
        pause = null;
        attempts++;
        pool.acquireReserved(target.key(), state, this);
    }

    @Override
    public void acquired(ServerConnection connection) {
        if (hasEnded) {
            told(connection);
            return;
        }
        isSent = true;
        connection.run(statement, new Adoption() {
            @Override
            public void adopted() {
                told(connection);
            }

            /** It has ended by itself. */
            @Override
            public void refused(ErrPacket error) {
                told(connection);
            }

            @Override
            public void failed(ServerFailure failure) {
                ServerKill.this.failed(failure);
            }

            @Override
            public boolean canRunElsewhere() {
                return true;
            }
        });
    }

    private void told(ServerConnection connection) {
        pool.release(connection);
        told.run();
    }

    @Override
    public void failed(ServerFailure failure) {
        if (hasEnded) {
            if (isSent) {
                // It may still come, and hit what is next there.
                target.close();
            }
            told.run();
        } else if (attempts < MOST_ATTEMPTS) {
            pause = loop.schedule(this::attempt, FIRST_PAUSE_MILLIS << (attempts - 1), TimeUnit.MILLISECONDS);
        } else {
            notTold.run();
            target.close();
        }
    }
}
