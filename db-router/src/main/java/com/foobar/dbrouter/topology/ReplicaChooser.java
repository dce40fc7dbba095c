package com.foobar.dbrouter.topology;

import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** The replica with the fewest statements in flight; in turn where several have as few. For one event loop. */
public final class ReplicaChooser {

    private final ToIntFunction<DatabaseServer> load;
    private int turn;

    /** @param load how many statements a server runs now */
    public ReplicaChooser(ToIntFunction<DatabaseServer> load) {
        this.load = load;
    }

    /** One of the replicas that are allowed; null where none is. */
    public @Nullable DatabaseServer choose(List<ServerState> replicas, Predicate<ServerState> allowed) {
        int count = replicas.size();
        DatabaseServer best = null;
        int bestLoad = Integer.MAX_VALUE;
        int start = count == 0 ? 0 : Math.floorMod(turn++, count);
        for (int i = 0; i < count; i++) {
            ServerState candidate = replicas.get((start + i) % count);
            if (allowed.test(candidate)) {
                int candidateLoad = load.applyAsInt(candidate.server());
                if (candidateLoad < bestLoad) {
                    best = candidate.server();
                    bestLoad = candidateLoad;
                }
            }
        }
        return best;
    }
}
