package com.foobar.kit;

import com.foobar.kit.management.ManagementEndpoints;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.vertx.core.Vertx;

/**
 * What the kit gives a service to work with.
 *
 * @param registry where its metrics are registered; never the client library's default registry
 * @param management where it may add pages of its own to the management port, before {@link Service#start} returns
 */
public record ServiceContext<S>(
        ServiceIdentity identity,
        S settings,
        Vertx vertx,
        PrometheusRegistry registry,
        ManagementEndpoints management) {}
