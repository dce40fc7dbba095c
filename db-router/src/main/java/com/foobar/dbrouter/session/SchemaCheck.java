package com.foobar.dbrouter.session;

import com.foobar.dbrouter.pool.Adoption;
import com.foobar.dbrouter.pool.ConnectionKey;
import com.foobar.dbrouter.pool.ConnectionWaiter;
import com.foobar.dbrouter.pool.ServerConnection;
import com.foobar.dbrouter.pool.ServerFailure;
import com.foobar.dbrouter.pool.SessionState;
import com.foobar.dbrouter.protocol.ErrPacket;
import com.foobar.dbrouter.topology.ServerState;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Whether the database that a client names at its login, or as it changes the user, is there and open to it: asked of the primary, as the client would
 * be told by a server at once. Without a primary the login fails, in bounded time and with the reason.
 */
public final class SchemaCheck {
    private static final long RETRY_MILLIS = 50;

    private final SessionServices services;
    private final ConnectionKey key;
    private final SessionState state;
    private final long startedAt = System.nanoTime();

    public SchemaCheck(SessionServices services, ConnectionKey key, SessionState state) {
        this.services = services;
        this.key = key;
        this.state = state;
    }

    /** Calls one of the two, once, on the event loop. */
    public void run(Runnable found, Consumer<ErrPacket> refused) {
        if (state.schema() == null) {
            found.run();
            return;
        }
        ServerState primary = services.topology().snapshot().primary();
        long waited = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedAt);
        boolean late = waited >= services.settings().primaryTimeout().toMillis();
        if (primary == null) {
            if (late) {
                refused.accept(
                        RouterErrors.noPrimary(services.topology().snapshot().problem(), waited));
            } else {
                again(found, refused);
            }
            return;
        }
        services.pools().acquire(primary.server(), key, state, null, new ConnectionWaiter() {
            @Override
            public void acquired(ServerConnection connection) {
                adopt(connection, late, found, refused);
            }

            @Override
            public void failed(ServerFailure failure) {
                services.topology().recheck(failure.server());
                if (failure.kind() != ServerFailure.Kind.UNREACHABLE || late) {
                    refused.accept(RouterErrors.noConnection(failure));
                } else {
                    again(found, refused);
                }
            }
        });
    }

    private void again(Runnable found, Consumer<ErrPacket> refused) {
        services.loop().schedule(() -> run(found, refused), RETRY_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** @param late whether this was the last attempt */
    private void adopt(ServerConnection connection, boolean late, Runnable found, Consumer<ErrPacket> refused) {
        connection.adopt(state, new Adoption() {
            @Override
            public void adopted() {
                services.pools().release(connection);
                found.run();
            }

            @Override
            public void refused(ErrPacket error) {
                connection.touch();
                services.pools().release(connection);
                refused.accept(error);
            }

            @Override
            public void failed(ServerFailure failure) {
                services.topology().recheck(failure.server());
                if (late) {
                    refused.accept(RouterErrors.noConnection(failure));
                } else {
                    again(found, refused);
                }
            }

            @Override
            public boolean canRunElsewhere() {
                return true;
            }
        });
    }
}
