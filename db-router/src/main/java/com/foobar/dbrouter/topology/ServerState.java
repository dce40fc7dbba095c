package com.foobar.dbrouter.topology;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the last check of one server found.
 *
 * @param version as the server gives it, such as {@code 11.4.5-MariaDB-log}; empty before the first check
 * @param serverId the server's {@code server_id}, 0 where not known
 * @param sourceId the {@code server_id} of the server it replicates from, 0 where it does not or not yet
 * @param position what a replica has applied, or a primary has committed, at least; null where not known
 * @param applying whether a replica's applier runs
 * @param lag how far a replica is behind, by its own account or by what it lacks, whichever is more; null where that cannot
 *     be told, as while its primary is away or while it catches up
 * @param detail the reason of the role, or the error, for people
 */
public record ServerState(
        DatabaseServer server,
        ServerRole role,
        boolean reachable,
        @Nullable Flavour flavour,
        String version,
        long serverId,
        long sourceId,
        @Nullable Position position,
        boolean applying,
        @Nullable Duration lag,
        String detail) {

    static final String UNCHECKED = "has not been checked yet";

    static ServerState unchecked(DatabaseServer server) {
        return unreachable(server, UNCHECKED);
    }

    static ServerState unreachable(DatabaseServer server, String detail) {
        return new ServerState(server, ServerRole.UNKNOWN, false, null, "", 0, 0, null, false, null, detail);
    }

    ServerState behind(@Nullable Duration known) {
        return new ServerState(
                server,
                role,
                reachable,
                flavour,
                version,
                serverId,
                sourceId,
                position,
                applying,
                known,
                known == null ? detail + ", catching up" : detail);
    }

    ServerState as(ServerRole newRole, String newDetail) {
        return new ServerState(
                server, newRole, reachable, flavour, version, serverId, sourceId, position, applying, lag, newDetail);
    }
}
