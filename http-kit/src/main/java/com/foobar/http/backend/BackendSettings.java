package com.foobar.http.backend;

import com.foobar.http.balance.Balance;
import com.foobar.http.proxyprotocol.SendProxy;
import com.foobar.kit.settings.Default;
import com.foobar.kit.settings.Description;
import com.foobar.kit.settings.Range;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A group of servers, how requests are shared among them and how they are checked. */
public record BackendSettings(
        @Description("name in logs, metrics and error texts")
        String name,

        @Description(
                "how a server is chosen: random (the less loaded of two), roundrobin, leastconn, ewma (the sooner of two), "
                        + "first, or by a hash of source, uri, header or cookie")
        @Default("random")
        Balance balance,

        @Description("name of the header or cookie that balance header or cookie hashes; empty otherwise")
        @Default("''")
        String hashName,

        @Description(
                "for hashes: percent of the mean load that a server takes before the next one is asked; 0 for no bound")
        @Default("0")
        @Range(min = "0", max = "65535")
        int hashBalanceFactor,

        @Description("the servers") List<ServerSettings> servers,

        @Description("whether all backup servers share the requests when no other is up, or the first one takes them")
        @Default("false")
        boolean allbackups,

        @Description("time in which a server that has come back gets a growing part of its share; 0s for all at once")
        @Default("0s")
        @Range(min = "0s", max = "1h")
        Duration slowstart,

        @Description(
                "percent of the servers that must be up; with fewer, checks are ignored for all that something answers at. "
                        + "1: only when none is up; 0: never")
        @Default("1")
        @Range(min = "0", max = "100")
        int panicThreshold,

        @Description("active health checks, alike for all servers")
        HealthCheckSettings check,

        @Description("servers left alone for a while because live requests fail there")
        EjectionSettings ejection,

        @Description("a cookie that keeps a client at one server; absent: none") @Nullable
        StickySettings sticky,

        @Description("PROXY protocol header that connections to the servers begin with: none, v1 or v2")
        @Default("none")
        SendProxy sendProxy,

        @Description("files answered in place of our own error responses, by status: {503: /etc/lb/sorry.html}")
        Map<String, Path> errorPages,

        @Description("file that is the answer to every request, with status 503, as long as it is there") @Nullable
        Path maintenancePage) {

    public BackendSettings {
        servers = List.copyOf(servers);
        errorPages = Map.copyOf(errorPages);
        checkErrorPages(errorPages);
        checkName(name);
        if (servers.isEmpty()) {
            throw new IllegalArgumentException("servers: none (expected: one at least)");
        }
        if (servers.stream().map(ServerSettings::name).distinct().count() < servers.size()) {
            throw new IllegalArgumentException("servers: two of one name (expected: each name once)");
        }
        for (ServerSettings server : servers) {
            SendProxy introduction = server.sendProxyOr(sendProxy);
            if (introduction != SendProxy.NONE && server.proto() == ServerProtocol.H2) {
                throw new IllegalArgumentException("send-proxy: "
                        + introduction.name().toLowerCase(Locale.ROOT) + " to a server of proto h2, " + server.name()
                        + " (expected: none, as its connections carry requests of many clients)");
            }
        }
        if (hashBalanceFactor > 0 && hashBalanceFactor <= 100) {
            throw new IllegalArgumentException(
                    "hash-balance-factor: " + hashBalanceFactor + " (expected: 0 or 101-65535)");
        }
        boolean named = balance == Balance.HEADER || balance == Balance.COOKIE;
        boolean good = named ? hashName.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+") : hashName.isEmpty();
        if (!good) {
            throw new IllegalArgumentException("hash-name: " + (hashName.isEmpty() ? "none" : hashName)
                    + (named ? " (expected: the name of a header or cookie)" : " (expected: none)"));
        }
    }

    /** @throws IllegalArgumentException for a name that would not stay one word in logs, metrics and error texts */
    public static void checkName(String name) {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
            throw new IllegalArgumentException(
                    "name: " + name + " (expected: 1-64 letters, digits, '.', '_' or '-', first a letter or digit)");
        }
    }

    /** @throws IllegalArgumentException for a key that is not the status of an error */
    public static void checkErrorPages(Map<String, Path> pages) {
        for (String status : pages.keySet()) {
            if (!status.matches("[45][0-9]{2}")) {
                throw new IllegalArgumentException("error-pages: " + status + " (expected: a status from 400 to 599)");
            }
        }
    }
}
