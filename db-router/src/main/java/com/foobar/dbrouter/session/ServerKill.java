package com.foobar.dbrouter.session;

import com.foobar.dbrouter.pool.Adoption;
import com.foobar.dbrouter.pool.ConnectionWaiter;
import com.foobar.dbrouter.pool.ServerConnection;
import com.foobar.dbrouter.pool.ServerFailure;
import com.foobar.dbrouter.protocol.ErrPacket;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends what runs on a server connection, by a {@code KILL} over another connection of the same user to the same server, for
 * which the pool keeps places. Where that fails it is tried again, and in the end the connection itself is closed. Belongs to
 * the session's event loop.
 */
final class ServerKill implements ConnectionWaiter {
    private static final int MOST_ATTEMPTS = 6;
    private static final long FIRST_PAUSE_MILLIS = 100;

    private final ClientSession session;
    private final ServerConnection target;
    private final String statement;
    private final Runnable told;
    private int attempts;
    private boolean hasEnded;
    private @Nullable ScheduledFuture<?> pause;

    private ServerKill(ClientSession session, ServerConnection target, String kill, Runnable told) {
        this.session = session;
        this.target = target;
        this.statement = kill + Integer.toUnsignedString(target.id());
        this.told = told;
    }

    /**
     * Ends the statement; where that cannot be done, the connection, so that it fails.
     *
     * @param told is called when the server has been told: until then the connection may not run anything else, which would
     *     be ended instead
     */
    static ServerKill query(ClientSession session, ServerConnection target, Runnable told) {
        ServerKill kill = new ServerKill(session, target, "KILL QUERY ", told);
        kill.attempt();
        return kill;
    }

    /** Ends the server's side of a connection that has been closed: a server that is busy would not notice. */
    static void connection(ClientSession session, ServerConnection target) {
        new ServerKill(session, target, "KILL CONNECTION ", () -> {}).attempt();
    }

    /** It has ended by itself. @return whether that is all; false where the server is just being told to end it */
    boolean cancel() {
        hasEnded = true;
        ScheduledFuture<?> next = pause;
        pause = null;
        return next != null && next.cancel(false);
    }

    private void attempt() {
        pause = null;
        attempts++;
        session.services()
                .pools()
                .acquireReserved(
                        target.server(),
                        session.memory().key(),
                        session.memory().state(),
                        this);
    }

    @Override
    public void acquired(ServerConnection connection) {
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
        session.keeper().release(connection);
        told.run();
    }

    @Override
    public void failed(ServerFailure failure) {
        if (hasEnded) {
            told.run();
        } else if (attempts < MOST_ATTEMPTS) {
            pause = session.services()
                    .loop()
                    .schedule(this::attempt, FIRST_PAUSE_MILLIS << (attempts - 1), TimeUnit.MILLISECONDS);
        } else {
            session.services().metrics().error("kill_failed");
            target.close();
        }
    }
}
