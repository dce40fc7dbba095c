package com.foobar.http.testing;

import com.foobar.http.backend.Backend;
import com.foobar.http.backend.BackendServer;
import com.foobar.http.backend.BackendSettings;
import com.foobar.http.backend.OperationalState;
import com.foobar.http.backend.ServerProtocol;
import com.foobar.http.backend.ServerSettings;
import com.foobar.http.balance.Balance;
import com.foobar.http.exchange.HttpLimits;
import com.foobar.http.proxy.ProxyHandler;
import com.foobar.http.proxy.ProxySettings;
import com.foobar.kit.settings.HostPort;
import com.foobar.kit.settings.SettingsReader;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A proxy on a free port before servers that misbehave on demand; all are up, and nobody checks their health. */
public final class ProxyFixture implements AutoCloseable {
    private final Fixture fixture = new Fixture();
    private final List<FixtureServer> servers = new ArrayList<>();
    private final List<BackendServer> backendServers = new ArrayList<>();
    private @Nullable ProxyHandler proxy;

    /** Starts that many servers, named {@code server-1} and so on. */
    public ProxyFixture(int count) throws IOException {
        for (int i = 1; i <= count; i++) {
            FixtureServer server = FixtureServer.start("server-" + i);
            servers.add(server);
            BackendServer backendServer =
                    new BackendServer(server.name(), new HostPort("127.0.0.1", server.port()), 1, Clock.systemUTC());
            backendServer.set(OperationalState.UP, "test");
            backendServers.add(backendServer);
        }
    }

    /** A proxy before whatever listens on that port. */
    public static ProxyFixture before(int port) throws IOException {
        ProxyFixture fixture = new ProxyFixture(0);
        BackendServer server = new BackendServer("other", new HostPort("127.0.0.1", port), 1, Clock.systemUTC());
        server.set(OperationalState.UP, "test");
        fixture.backendServers.add(server);
        return fixture;
    }

    /** A proxy before servers of HTTP/2 on those ports, named {@code h2-1} and so on. */
    public static ProxyFixture beforeHttp2(int... ports) throws IOException {
        ProxyFixture fixture = new ProxyFixture(0);
        for (int i = 0; i < ports.length; i++) {
            ServerSettings settings = new ServerSettings(
                    "h2-" + (i + 1),
                    new HostPort("127.0.0.1", ports[i]),
                    1,
                    false,
                    null,
                    null,
                    ServerProtocol.H2,
                    null);
            BackendServer server = new BackendServer(settings, Duration.ZERO, Clock.systemUTC());
            server.set(OperationalState.UP, "test");
            fixture.backendServers.add(server);
        }
        return fixture;
    }

    public ProxyFixture listen(ProxySettings settings, HttpLimits limits) {
        return listen(settings, limits, null);
    }

    public ProxyFixture listen(ProxySettings settings, HttpLimits limits, @Nullable Supplier<SslContext> tls) {
        return listen(new Backend("fixtures", Balance.ROUNDROBIN, backendServers), settings, limits, tls);
    }

    /**
     * A proxy whose backend has these settings, one in each line, and the servers in their order.
     *
     * @param servers settings of a server by number, from 1: {@code weight: 2}; empty text for none
     */
    public ProxyFixture listen(String backendSettings, String... servers) {
        return listen(ProxySettings.DEFAULTS, backendSettings, servers);
    }

    /** The same, forwarding like that. */
    public ProxyFixture listen(ProxySettings proxySettings, String backendSettings, String... servers) {
        return listen(proxySettings, null, backendSettings, servers);
    }

    /** The same, by TLS. */
    public ProxyFixture listen(Supplier<SslContext> tls, String backendSettings, String... servers) {
        return listen(ProxySettings.DEFAULTS, tls, backendSettings, servers);
    }

    private ProxyFixture listen(
            ProxySettings proxySettings,
            @Nullable Supplier<SslContext> tls,
            String backendSettings,
            String... servers) {
        StringBuilder yaml =
                new StringBuilder("name: fixtures\n").append(backendSettings).append("\nservers:\n");
        for (int i = 0; i < this.servers.size(); i++) {
            FixtureServer server = this.servers.get(i);
            yaml.append("  - {name: ")
                    .append(server.name())
                    .append(", address: '127.0.0.1:")
                    .append(server.port());
            yaml.append("'")
                    .append(i < servers.length && !servers[i].isEmpty() ? ", " + servers[i] : "")
                    .append("}\n");
        }
        BackendSettings settings = SettingsReader.read(BackendSettings.class, yaml.toString(), Map.of());
        Backend backend = Backend.of(settings, Clock.systemUTC());
        backendServers.clear();
        backendServers.addAll(backend.servers());
        backendServers.forEach(server -> server.set(OperationalState.UP, "test"));
        return listen(backend, proxySettings, HttpLimits.DEFAULTS, tls);
    }

    private ProxyFixture listen(
            Backend backend, ProxySettings settings, HttpLimits limits, @Nullable Supplier<SslContext> tls) {
        proxy = new ProxyHandler(fixture.transport(), backend, settings);
        fixture.listen(proxy, limits, tls);
        return this;
    }

    public ProxyFixture listen() {
        return listen(ProxySettings.DEFAULTS, HttpLimits.DEFAULTS);
    }

    public Fixture fixture() {
        return fixture;
    }

    public int port() {
        return fixture.port();
    }

    public ProxyHandler proxy() {
        return Objects.requireNonNull(proxy);
    }

    /** By number, from 1. */
    public FixtureServer server(int number) {
        return servers.get(number - 1);
    }

    /** By number, from 1. */
    public BackendServer backendServer(int number) {
        return backendServers.get(number - 1);
    }

    @Override
    public void close() throws IOException {
        if (proxy != null) {
            proxy.close();
        }
        fixture.close();
        for (FixtureServer server : servers) {
            server.close();
        }
    }
}
