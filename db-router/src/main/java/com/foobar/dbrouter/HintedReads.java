package com.foobar.dbrouter;

import com.foobar.dbrouter.routing.Consistency;
import com.foobar.dbrouter.routing.RouteHint;
import com.foobar.dbrouter.session.ReadTargets;
import com.foobar.dbrouter.topology.DatabaseServer;
import com.foobar.dbrouter.topology.ReadTarget;
import com.foobar.dbrouter.topology.Topology;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.function.Predicate;

/** Reads of the consistency that is set, or that a statement's hint asks for. Belongs to one event loop. */
final class HintedReads implements ReadTargets {
    private final Topology topology;
    private final Consistency usual;
    private final EventualReads eventual;
    private final Choice strict;

    /** Chooses without hints. */
    @FunctionalInterface
    interface Choice {
        Future<ReadTarget> choose(Predicate<DatabaseServer> allowed);
    }

    HintedReads(Topology topology, Consistency usual, EventualReads eventual, Choice strict) {
        this.topology = topology;
        this.usual = usual;
        this.eventual = eventual;
        this.strict = strict;
    }

    @Override
    public Future<ReadTarget> choose(RouteHint hint, Predicate<DatabaseServer> allowed) {
        Duration maxLag = hint.maxLag();
        Predicate<DatabaseServer> mayAnswer =
                maxLag == null ? allowed : server -> allowed.test(server) && isWithin(maxLag, server);
        return hint.consistency(usual) == Consistency.EVENTUAL ? eventual.choose(mayAnswer) : strict.choose(mayAnswer);
    }

    private boolean isWithin(Duration maxLag, DatabaseServer server) {
        return topology.snapshot().replicas().stream()
                .filter(state -> state.server().equals(server))
                .anyMatch(state -> state.lag() != null && state.lag().compareTo(maxLag) <= 0);
    }
}
