package com.foobar.dbrouter.session;

import com.foobar.dbrouter.topology.DatabaseServer;
import com.foobar.dbrouter.topology.ReadTarget;
import io.vertx.core.Future;
import java.util.function.Predicate;

/** Chooses the server of a read outside a transaction. Belongs to one event loop. */
@FunctionalInterface
public interface ReadTargets {
    /**
     * @param allowed which replicas may be chosen; the primary always may
     * @return completes on the event loop; fails, with a message for the client, where no server may answer
     */
    Future<ReadTarget> choose(Predicate<DatabaseServer> allowed);
}
