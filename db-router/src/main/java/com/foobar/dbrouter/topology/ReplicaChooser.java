package com.foobar.dbrouter.topology;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Chooses among replicas: those of the router's own zone first; of these the one with the fewest statements in flight for
 * its weight; in turn, by weight, where several have as few. For one event loop.
 */
public final class ReplicaChooser {

    private final ToIntFunction<DatabaseServer> load;
    private final String zone;
    private final Map<DatabaseServer, Integer> credits = new HashMap<>();

    /** The best of the present choice; kept, as every read makes one. */
    private final List<DatabaseServer> equals = new ArrayList<>();

    /**
     * @param load how many statements a server runs now
     * @param zone the router's; empty for no preference
     */
    public ReplicaChooser(ToIntFunction<DatabaseServer> load, String zone) {
        this.load = load;
        this.zone = zone;
    }

    /** One of the replicas that are allowed, which have a weight; null where none is. */
    public @Nullable DatabaseServer choose(List<ServerState> replicas, Predicate<ServerState> allowed) {
        if (!zone.isEmpty()) {
            DatabaseServer near = best(replicas, state -> state.server().zone().equals(zone) && allowed.test(state));
            if (near != null) {
                return near;
            }
        }
        return best(replicas, allowed);
    }

    private @Nullable DatabaseServer best(List<ServerState> replicas, Predicate<ServerState> allowed) {
        equals.clear();
        long bestLoad = 0;
        int bestWeight = 1;
        for (ServerState candidate : replicas) {
            if (!allowed.test(candidate)) {
                continue;
            }
            DatabaseServer server = candidate.server();
            long candidateLoad = load.applyAsInt(server);
            long compared = Long.compare(candidateLoad * bestWeight, bestLoad * server.weight());
            if (equals.isEmpty() || compared < 0) {
                equals.clear();
                bestLoad = candidateLoad;
                bestWeight = server.weight();
            }
            if (equals.isEmpty() || compared == 0) {
                equals.add(server);
            }
        }
        return equals.size() <= 1 ? equals.isEmpty() ? null : equals.get(0) : inTurn();
    }

    /** Each gains its weight, and the one with most pays for all: nginx's smooth weighted round robin. */
    private DatabaseServer inTurn() {
        DatabaseServer next = equals.get(0);
        int most = Integer.MIN_VALUE;
        int all = 0;
        for (DatabaseServer server : equals) {
            int credit = credits.merge(server, server.weight(), Integer::sum);
            all += server.weight();
            if (credit > most) {
                most = credit;
                next = server;
            }
        }
        credits.merge(next, -all, Integer::sum);
        return next;
    }
}
