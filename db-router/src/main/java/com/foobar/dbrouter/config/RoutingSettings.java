package com.foobar.dbrouter.config;

import com.foobar.dbrouter.routing.ReplicaFunctions;
import com.foobar.kit.settings.Default;
import com.foobar.kit.settings.Description;
import java.util.List;

/**
 * What statements are taken for.
 *
 * @param replicaFunctions stored or loaded functions that only read and leave nothing behind, so that replicas may run them
 */
public record RoutingSettings(
        @Default("[]")
        @Description("functions, as name or schema.name, that only read: replicas may run queries that call them")
        List<String> replicaFunctions) {
    public RoutingSettings {
        replicaFunctions = List.copyOf(replicaFunctions);
        try {
            var unused = new ReplicaFunctions(replicaFunctions);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("replica-functions: " + e.getMessage(), e);
        }
    }

    /** @return for the classifier */
    public ReplicaFunctions functions() {
        return new ReplicaFunctions(replicaFunctions);
    }
}
