package com.foobar.http.backend;

import com.foobar.http.balance.Balance;
import com.foobar.kit.settings.Default;
import com.foobar.kit.settings.Description;
import java.util.List;

/** A group of servers, how requests are shared among them and how they are checked. */
public record BackendSettings(
        @Description("name in logs, metrics and error texts")
        String name,

        @Description("how a server is chosen: roundrobin, or leastconn (fewest requests in flight for its weight)")
        @Default("roundrobin")
        Balance balance,

        @Description("the servers") List<ServerSettings> servers,

        @Description("active health checks, alike for all servers")
        HealthCheckSettings check) {

    public BackendSettings {
        servers = List.copyOf(servers);
        if (servers.isEmpty()) {
            throw new IllegalArgumentException("servers: none (expected: one at least)");
        }
        if (servers.stream().map(ServerSettings::name).distinct().count() < servers.size()) {
            throw new IllegalArgumentException("servers: two of one name (expected: each name once)");
        }
    }
}
