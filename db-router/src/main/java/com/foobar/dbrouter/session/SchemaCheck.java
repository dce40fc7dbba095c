package com.foobar.dbrouter.session;

import com.foobar.dbrouter.pool.Adoption;
import com.foobar.dbrouter.pool.ConnectionKey;
import com.foobar.dbrouter.pool.ConnectionWaiter;
import com.foobar.dbrouter.pool.ServerConnection;
import com.foobar.dbrouter.pool.ServerFailure;
import com.foobar.dbrouter.pool.SessionState;
import com.foobar.dbrouter.protocol.ErrPacket;
import com.foobar.dbrouter.topology.DatabaseServer;
import com.foobar.dbrouter.topology.ServerState;
import com.foobar.dbrouter.topology.TopologySnapshot;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Whether the database that a client names at its login, or as it changes the user, is there and open to it: asked of the primary, as the client would
 * be told by a server at once. While there is no primary a replica that has it may say yes, as reads go on there; its no says nothing, as it may not
 * have it yet. Else the login fails, in bounded time and with the reason.
 */
public final class SchemaCheck {
    private static final long RETRY_MILLIS = 50;

    private final SessionServices services;
    private final ConnectionKey key;
    private final SessionState state;
    private final long startedAt = System.nanoTime();
    private int attempts;

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
        TopologySnapshot topology = services.topology().snapshot();
        ServerState primary = topology.primary();
        if (primary != null) {
            ask(primary.server(), found, refused, refused);
        } else if (!topology.replicas().isEmpty()) {
            // Each in its turn.
            int next = attempts++ % topology.replicas().size();
            ask(topology.replicas().get(next).server(), found, no -> againWithoutPrimary(found, refused), refused);
        } else {
            againWithoutPrimary(found, refused);
        }
    }

    private void againWithoutPrimary(Runnable found, Consumer<ErrPacket> refused) {
        if (isLate()) {
            refused.accept(RouterErrors.noPrimary(services.topology().snapshot().problem(), waitedMillis()));
        } else {
            again(found, refused);
        }
    }

    private long waitedMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedAt);
    }

    private boolean isLate() {
        return waitedMillis() >= services.settings().primaryTimeout().toMillis();
    }

    private void again(Runnable found, Consumer<ErrPacket> refused) {
        services.loop().schedule(() -> run(found, refused), RETRY_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** @param no takes what the server says where it does not have the database, or does not let the user in */
    private void ask(DatabaseServer server, Runnable found, Consumer<ErrPacket> no, Consumer<ErrPacket> refused) {
        boolean last = isLate();
        services.pools().acquire(server, key, state, null, new ConnectionWaiter() {
            @Override
            public void acquired(ServerConnection connection) {
                adopt(connection, found, no, refused);
            }

            @Override
            public void failed(ServerFailure failure) {
                services.topology().recheck(failure.server());
                ErrPacket error = RouterErrors.noConnection(failure);
                switch (failure.kind()) {
                    case REFUSED -> no.accept(error);
                    case UNREACHABLE -> retry(last, error, found, refused);
                    default -> refused.accept(error);
                }
            }
        });
    }

    private void retry(boolean last, ErrPacket error, Runnable found, Consumer<ErrPacket> refused) {
        if (last) {
            refused.accept(error);
        } else {
            again(found, refused);
        }
    }

    private void adopt(
            ServerConnection connection, Runnable found, Consumer<ErrPacket> no, Consumer<ErrPacket> refused) {
        boolean last = isLate();
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
                no.accept(error);
            }

            @Override
            public void failed(ServerFailure failure) {
                services.topology().recheck(failure.server());
                retry(last, RouterErrors.noConnection(failure), found, refused);
            }

            @Override
            public boolean canRunElsewhere() {
                return true;
            }
        });
    }
}
