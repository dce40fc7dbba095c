package com.foobar.dbrouter.config;

import com.foobar.dbrouter.topology.DatabaseServer;
import com.foobar.kit.settings.Default;
import com.foobar.kit.settings.Description;
import com.foobar.kit.settings.HostPort;
import com.foobar.kit.settings.Range;

/**
 * A database server. Which one is the primary is found out, not set.
 *
 * @param weight its share of the reads, beside that of the other replicas; 0 keeps reads off it
 * @param zone where it is, for {@code reads.zone}
 */
public record ServerSettings(
        @Description("name in logs, metrics and errors") String name,
        @Description("where it listens") HostPort address,

        @Default("1") @Range(min = "0", max = "256") @Description("its share of the reads; 0 for none")
        int weight,

        @Default("''") @Description("where it is, compared with reads.zone")
        String zone) {

    DatabaseServer server() {
        return new DatabaseServer(name, address.host(), address.port(), weight, zone);
    }
}
