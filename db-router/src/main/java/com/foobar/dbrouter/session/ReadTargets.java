package com.foobar.dbrouter.session;

import com.foobar.dbrouter.routing.RouteHint;
import com.foobar.dbrouter.topology.DatabaseServer;
import com.foobar.dbrouter.topology.ReadTarget;
import io.vertx.core.Future;
import java.util.function.Predicate;

/** Chooses the server of a read outside a transaction. Belongs to one event loop. */
@FunctionalInterface
public interface ReadTargets {
    /**
     * @param hint what the statement's hint asks for; its target is the caller's business
     * @param allowed which replicas may be chosen; the primary always may
     * @return completes on the event loop; fails, with a message for the client, where no server may answer
     */
    Future<ReadTarget> choose(RouteHint hint, Predicate<DatabaseServer> allowed);
}
