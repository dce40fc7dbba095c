package com.foobar.dbrouter.session;

import com.foobar.dbrouter.pool.Adoption;
import com.foobar.dbrouter.pool.ConnectionWaiter;
import com.foobar.dbrouter.pool.ServerConnection;
import com.foobar.dbrouter.pool.ServerFailure;
import com.foobar.dbrouter.protocol.ErrPacket;

/**
 * Ends what runs on a server connection, by a {@code KILL} over another connection of the same user to the same server.
 * Belongs to the session's event loop.
 */
final class ServerKill implements ConnectionWaiter {
    private final SessionServices services;
    private final String statement;
    private final Runnable done;

    private ServerKill(SessionServices services, String statement, Runnable done) {
        this.services = services;
        this.statement = statement;
        this.done = done;
    }

    /**
     * Ends the statement.
     *
     * @param done is called when the server has been told, or could not be: until then the connection may not run anything
     *     else, which would be ended instead
     */
    static void query(ClientSession session, ServerConnection target, Runnable done) {
        start(session, target, "KILL QUERY ", done);
    }

    /** Ends the server's side of a connection that has been closed: a server that is busy would not notice. */
    static void connection(ClientSession session, ServerConnection target) {
        start(session, target, "KILL CONNECTION ", () -> {});
    }

    private static void start(ClientSession session, ServerConnection target, String kill, Runnable done) {
        SessionServices services = session.services();
        services.pools()
                .acquire(
                        target.server(),
                        session.memory().key(),
                        session.memory().state(),
                        null,
                        new ServerKill(services, kill + Integer.toUnsignedString(target.id()), done));
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
        });
    }

    private void told(ServerConnection connection) {
        services.pools().release(connection);
        done.run();
    }

    @Override
    public void failed(ServerFailure failure) {
        services.metrics().error("kill_failed");
        done.run();
    }
}
