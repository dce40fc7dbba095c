package com.foobar.dbrouter.config;

import com.foobar.dbrouter.topology.DatabaseServer;
import com.foobar.kit.settings.Description;
import com.foobar.kit.settings.HostPort;

/** A database server. Which one is the primary is found out, not set. */
public record ServerSettings(
        @Description("name in logs, metrics and errors") String name,
        @Description("where it listens") HostPort address) {

    DatabaseServer server() {
        return new DatabaseServer(name, address.host(), address.port());
    }
}
