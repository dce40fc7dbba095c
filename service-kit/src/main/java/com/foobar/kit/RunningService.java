package com.foobar.kit;

import io.vertx.core.Future;

/** A service started inside this JVM. */
public interface RunningService {
    /** The port that the management server got. */
    int managementPort();

    /** The service itself. */
    Service service();

    /** Turns not ready, drains, stops; completes when everything is released. Idempotent. */
    Future<Void> stop();
}
