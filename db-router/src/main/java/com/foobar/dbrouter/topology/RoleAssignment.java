package com.foobar.dbrouter.topology;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tells the primary from what the servers say of themselves. The place where failover will take part; for now it only
 * recognises, and never guesses: of two servers that accept writes, the one that the others follow is the primary, and
 * where that does not decide there is none.
 */
final class RoleAssignment {

    private RoleAssignment() {}

    static TopologySnapshot assign(List<ServerState> states, Duration maxLag) {
        List<ServerState> writable = states.stream()
                .filter(state -> state.role() == ServerRole.PRIMARY)
                .toList();
        ServerState primary = primary(states, writable);
        List<ServerState> servers = new ArrayList<>();
        for (ServerState state : states) {
            boolean refused = state.role() == ServerRole.PRIMARY && !state.equals(primary);
            servers.add(
                    refused
                            ? state.as(
                                    ServerRole.UNKNOWN,
                                    primary == null
                                            ? "accepts writes, as another server does"
                                            : "accepts writes, but the replicas follow "
                                                    + primary.server().name())
                            : state);
        }
        boolean primaryAway = primary == null;
        List<ServerState> replicas = servers.stream()
                .filter(state -> answersReads(state, maxLag, primaryAway))
                .toList();
        return new TopologySnapshot(servers, primary, replicas, primary == null ? problem(servers, writable) : "");
    }

    private static @Nullable ServerState primary(List<ServerState> states, List<ServerState> writable) {
        if (writable.size() == 1) {
            return writable.get(0);
        }
        List<ServerState> followed = writable.stream()
                .filter(candidate -> states.stream()
                        .anyMatch(state -> state.role() == ServerRole.REPLICA
                                && state.sourceId() != 0
                                && state.sourceId() == candidate.serverId()))
                .toList();
        return followed.size() == 1 ? followed.get(0) : null;
    }

    /** Without a primary a replica cannot tell its lag: it stays, for reads that do not ask for the newest. */
    private static boolean answersReads(ServerState state, Duration maxLag, boolean primaryAway) {
        if (state.role() != ServerRole.REPLICA || !state.applying()) {
            return false;
        }
        Duration lag = state.lag();
        return lag == null ? primaryAway : lag.compareTo(maxLag) <= 0;
    }

    private static String problem(List<ServerState> servers, List<ServerState> writable) {
        String each = servers.stream()
                .map(state -> state.server().name() + " " + state.detail())
                .collect(Collectors.joining("; "));
        return writable.isEmpty()
                ? "no server accepts writes: " + each
                : writable.size()
                        + " servers accept writes and it cannot be told which is the primary, make all but one "
                        + "read-only (SET GLOBAL read_only=1) or followers of the right one: " + each;
    }
}
