package com.foobar.dbrouter.pool;

import com.foobar.dbrouter.protocol.ErrPacket;
import com.foobar.dbrouter.topology.DatabaseServer;
import org.jspecify.annotations.Nullable;

/**
 * Why there is no connection, or no more.
 *
 * @param server where
 * @param kind what of
 * @param detail for people: no server name, no final stop
 * @param error the server's own words, where it said some
 */
public record ServerFailure(
        DatabaseServer server,
        Kind kind,
        String detail,
        @Nullable ErrPacket error) {
    /** What went wrong. */
    public enum Kind {
        /** It cannot be reached: no connection was made. */
        UNREACHABLE,
        /** It was reached and refused the user, the database or the connection. */
        REFUSED,
        /** Too many connections are in use already, ours by the settings. */
        EXHAUSTED,
        /** The connection was there and has ended. */
        LOST,
        /** Another's statement takes too long on a connection that is shared; the server is well, and so is the connection. */
        BUSY
    }

    /** @return one that the server has said nothing to */
    public static ServerFailure of(DatabaseServer server, Kind kind, String detail) {
        return new ServerFailure(server, kind, detail, null);
    }

    /** @return the loss of a connection whose end the server has announced */
    public static ServerFailure announced(DatabaseServer server, ErrPacket farewell) {
        return new ServerFailure(server, Kind.LOST, farewell.message(), farewell);
    }

    @Override
    public String toString() {
        return server.name() + ": " + detail;
    }
}
