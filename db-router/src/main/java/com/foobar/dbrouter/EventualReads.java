package com.foobar.dbrouter;

import com.foobar.dbrouter.topology.DatabaseServer;
import com.foobar.dbrouter.topology.NoPrimaryException;
import com.foobar.dbrouter.topology.ReadTarget;
import com.foobar.dbrouter.topology.ServerState;
import com.foobar.dbrouter.topology.Topology;
import com.foobar.dbrouter.topology.TopologySnapshot;
import io.vertx.core.Future;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Reads that ask for nothing but some past state: the replica with the fewest statements, in turn among equals. */
final class EventualReads {
    private final Topology topology;
    private final ToIntFunction<DatabaseServer> load;
    private int turn;

    EventualReads(Topology topology, ToIntFunction<DatabaseServer> load) {
        this.topology = topology;
        this.load = load;
    }

    Future<ReadTarget> choose(Predicate<DatabaseServer> allowed) {
        TopologySnapshot snapshot = topology.snapshot();
        DatabaseServer best = null;
        int size = snapshot.replicas().size();
        int first = size == 0 ? 0 : Math.floorMod(turn++, size);
        for (int i = 0; i < size; i++) {
            DatabaseServer server = snapshot.replicas().get((first + i) % size).server();
            if (allowed.test(server) && (best == null || load.applyAsInt(server) < load.applyAsInt(best))) {
                best = server;
            }
        }
        if (best != null) {
            return Future.succeededFuture(new ReadTarget(best, ReadTarget.Cause.REACHED));
        }
        @Nullable ServerState primary = snapshot.primary();
        return primary != null
                ? Future.succeededFuture(new ReadTarget(primary.server(), ReadTarget.Cause.NO_REPLICA))
                : Future.failedFuture(new NoPrimaryException(snapshot.problem()));
    }
}
