package com.foobar.dbrouter.topology;

import com.foobar.dbrouter.routing.ReplicaFunctions;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The functions that count as reads: those of the settings, and those that are built in as all servers are MariaDB, or MySQL.
 * Until one has been reached, or where they are both, those of the settings alone. Thread-safe.
 */
public final class KnownFunctions implements Supplier<ReplicaFunctions> {
    private final ReplicaFunctions ofSettings;
    private final Topology topology;
    private Set<Flavour> flavours = Set.of();
    private volatile ReplicaFunctions now;

    public KnownFunctions(ReplicaFunctions ofSettings, Topology topology) {
        this.ofSettings = ofSettings;
        this.topology = topology;
        this.now = ofSettings;
        topology.onChange(this::look);
    }

    /** @return the same object while they are the same */
    @Override
    public ReplicaFunctions get() {
        return now;
    }

    private synchronized void look() {
        Set<Flavour> seen = topology.snapshot().servers().stream()
                .map(ServerState::flavour)
                .filter(Objects::nonNull)
                .collect(Collectors.toUnmodifiableSet());
        if (seen.isEmpty() || seen.equals(flavours)) {
            return;
        }
        flavours = seen;
        now = seen.size() > 1
                ? ofSettings
                : seen.contains(Flavour.MARIADB) ? ofSettings.withThoseOfMariaDb() : ofSettings.withThoseOfMySql();
    }
}
