package com.foobar.web.config;

import com.foobar.http.backend.BackendSettings;
import com.foobar.http.backend.EjectionSettings;
import com.foobar.http.backend.HealthCheckSettings;
import com.foobar.http.backend.ServerSettings;
import com.foobar.http.balance.Balance;
import com.foobar.http.proxy.ForwardedMode;
import com.foobar.http.proxy.ProxySettings;
import com.foobar.http.proxy.RetrySettings;
import com.foobar.http.proxyprotocol.SendProxy;
import com.foobar.kit.settings.Default;
import com.foobar.kit.settings.Description;
import com.foobar.kit.settings.Range;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The backend {@code app}: its servers, and how they are asked and checked. */
public record GatewaySettings(
        @Default("leastconn")
        @Description("how an app server is chosen: leastconn, random, roundrobin, ewma, first, source or uri")
        Balance balance,

        @Default("[{name: app-1, address: 'localhost:8201'}, {name: app-2, address: 'localhost:8202'}]")
        @Description("the app servers")
        List<ServerSettings> servers,

        @Default("{inter: 1s, fall: 2}") @Description("active health checks on the app servers' traffic ports")
        HealthCheckSettings check,

        @Default("1")
        @Range(min = "0", max = "100")
        @Description(
                "percent of the app servers that must be up; with fewer, checks are ignored for those that were up once and still"
                        + " accept connections. 1: only when none is up; 0: never")
        int panicThreshold,

        @Default("3")
        @Range(min = "1", max = "10")
        @Description("attempts at one request, the first included; only what is safe to repeat is repeated")
        int attempts,

        @Default("1s") @Range(min = "1ms", max = "1m") @Description("time to connect to an app server")
        Duration connectTimeout,

        @Default("30s")
        @Range(min = "10ms", max = "1h")
        @Description("time without a byte from an app server that owes some: 504")
        Duration serverTimeout,

        @Default("2s") @Range(min = "1ms", max = "1m") @Description("time to wait for a free connection: 503")
        Duration queueTimeout,

        @Default("256") @Range(min = "1", max = "65535") @Description("connections to one app server")
        int maxconn,

        @Default("1024")
        @Range(min = "0", max = "1000000")
        @Description("requests that may wait for a connection to one app server")
        int maxqueue,

        @Description("the shared cache of what app servers mark cacheable")
        CacheSettings cache) {

    public GatewaySettings {
        if (balance == Balance.HEADER || balance == Balance.COOKIE) {
            throw new IllegalArgumentException("balance: " + balance.name().toLowerCase(Locale.ROOT)
                    + " (expected: one that needs no name to hash)");
        }
        servers = List.copyOf(servers);
        if (servers.isEmpty()) {
            throw new IllegalArgumentException("servers: none (expected: one at least)");
        }
        if (servers.stream().map(ServerSettings::name).distinct().count() < servers.size()) {
            throw new IllegalArgumentException("servers: two of one name (expected: each name once)");
        }
    }

    /** As the HTTP engine wants it. */
    public BackendSettings backend() {
        return new BackendSettings(
                "app",
                balance,
                "",
                0,
                servers,
                false,
                Duration.ZERO,
                panicThreshold,
                check,
                EjectionSettings.OFF,
                null,
                SendProxy.NONE,
                Map.of(),
                null);
    }

    /** As the HTTP engine wants it; our clients are our own load balancers, so what they say of the client is kept. */
    public ProxySettings proxy() {
        return ProxySettings.DEFAULTS
                .with(ForwardedMode.INNER)
                .with(RetrySettings.DEFAULTS.withRetries(attempts - 1))
                .withTimeouts(connectTimeout, serverTimeout, queueTimeout)
                .withConnections(maxconn, maxqueue);
    }
}
