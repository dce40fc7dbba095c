package com.foobar.dbrouter.topology;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All servers at one moment. Replaced whole, never changed.
 *
 * @param servers in the order of the settings
 * @param primary where writes go; null while there is none, or more than one
 * @param replicas those that may answer reads: reachable, applying, not further behind than the lag limit
 * @param problem why there is no primary, for an error to the client and for readiness; empty where there is one
 */
public record TopologySnapshot(
        List<ServerState> servers, @Nullable ServerState primary, List<ServerState> replicas, String problem) {

    public TopologySnapshot {
        servers = List.copyOf(servers);
        replicas = List.copyOf(replicas);
    }

    /** @return whether writes go to that server */
    public boolean isPrimary(DatabaseServer server) {
        return primary != null && primary.server().equals(server);
    }

    /** @return whether that server replicates from another, fit for reads or not */
    public boolean isReplica(DatabaseServer server) {
        for (ServerState state : servers) {
            if (state.role() == ServerRole.REPLICA && state.server().equals(server)) {
                return true;
            }
        }
        return false;
    }

    /**
     * How many transactions of the primary a replica lacked, as far as two checks at different moments can tell; null where
     * there is nothing to compare.
     */
    public @Nullable Long missing(ServerState replica) {
        Position newest = primary == null ? null : primary.position();
        Position reached = replica.position();
        return replica.role() != ServerRole.REPLICA || newest == null || reached == null
                ? null
                : reached.missing(newest);
    }
}
