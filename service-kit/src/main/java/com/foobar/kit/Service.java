package com.foobar.kit;

import io.vertx.core.Future;
import java.util.List;

/**
 * A running service, as the kit sees it. The methods are called from one thread that is not an event loop, in the order
 * {@link #start}, {@link #stopping}, {@link #drain}, {@link #stop}; {@link #readiness} and {@link #neighbours} at any time after the
 * constructor and from any thread.
 */
public interface Service {
    /**
     * Opens the listeners. That a neighbour is away is no failure: the service starts not ready and keeps trying.
     *
     * @return completes when connections are accepted; fails with {@link StartFailure} where an operator has to act
     */
    Future<Void> start();

    /** Whether work should be sent here, and if not, why. Cheap: asked several times a second. */
    Readiness readiness();

    /** The instances of the next tier and their state, for {@code /info}. */
    default List<Neighbour> neighbours() {
        return List.of();
    }

    /**
     * A stop begins. Called before {@code shutdown.delay}, during which requests are still answered, but checks of readiness
     * on a traffic port of the service's own have to fail, as they do on the management port.
     */
    default void stopping() {}

    /**
     * Refuses new work. Called after {@link #readiness} is overruled by not ready.
     *
     * @return completes when the work in flight has ended; the kit bounds the wait by {@code shutdown.timeout}
     */
    default Future<Void> drain() {
        return Future.succeededFuture();
    }

    /** Releases everything; work still in flight is cut. */
    Future<Void> stop();
}
