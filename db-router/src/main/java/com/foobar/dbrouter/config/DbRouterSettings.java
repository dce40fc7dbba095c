package com.foobar.dbrouter.config;

import com.foobar.dbrouter.pool.PoolSettings;
import com.foobar.dbrouter.routing.Consistency;
import com.foobar.dbrouter.session.SessionSettings;
import com.foobar.dbrouter.tls.ServerTlsSettings;
import com.foobar.dbrouter.topology.DatabaseServer;
import com.foobar.dbrouter.topology.ReadIndexSettings;
import com.foobar.dbrouter.topology.ReadSettings;
import com.foobar.dbrouter.topology.TopologySettings;
import com.foobar.kit.LogSettings;
import com.foobar.kit.ManagementSettings;
import com.foobar.kit.ServiceSettings;
import com.foobar.kit.ShutdownSettings;
import com.foobar.kit.settings.Default;
import com.foobar.kit.settings.Description;
import com.foobar.kit.settings.HostPort;
import com.foobar.kit.tls.TlsSettings;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can be set.
 *
 * @param listen where MySQL clients connect
 * @param tls the certificate that clients are shown, null where they are not offered TLS
 * @param requireTls whether clients without TLS are refused
 * @param users who may connect, at least one
 * @param servers all database servers, at least one
 * @param serverTls how connections to the servers are protected
 * @param consistency what reads outside transactions are promised
 * @param reads how servers of reads are chosen
 * @param routing what statements are taken for
 * @param readIndex bounds of strict reads
 * @param monitor how the servers are watched
 * @param pool connections to the servers
 * @param sessions bounds of client sessions
 * @param authPlugin the method that clients are offered first; they may use the other one all the same
 */
public record DbRouterSettings(
        @Default("db-router-1") @Description("name of this instance")
        String instance,

        @Default("localhost:3301") @Description("where MySQL clients connect")
        HostPort listen,

        @Default("{}")
        @Description("TLS offered to clients: {} with a development certificate, null for none")
        @Nullable
        TlsSettings tls,

        @Default("false") @Description("refuse clients that do without TLS (error 3159)")
        boolean requireTls,

        @Default("[{name: foobar_app, password: '${FOOBAR_DB_PASSWORD:-foobar}'}]")
        @Description("who may connect, with the names and passwords of the servers")
        List<UserSettings> users,

        @Default(
                "[{name: db-1, address: 'localhost:3311'}, {name: db-2, address: 'localhost:3312'}, {name: db-3, address: 'localhost:3313'}]")
        @Description("all database servers; which one is the primary is found out")
        List<ServerSettings> servers,

        ServerTlsSettings serverTls,

        @Default("strict")
        @Description(
                "what reads outside transactions are promised: strict (every acknowledged write), session (the client's own), token (what a hint names) or eventual (some past state)")
        Consistency consistency,

        ReadSettings reads,
        RoutingSettings routing,
        ReadIndexSettings readIndex,
        TopologySettings monitor,
        PoolSettings pool,
        SessionSettings sessions,

        @Default("auto")
        @Description("method offered first: auto (by the primary), caching-sha2-password, mysql-native-password")
        AuthPlugin authPlugin,

        @Default("{listen: 'localhost:9931'}") ManagementSettings management,
        LogSettings log,
        ShutdownSettings shutdown)
        implements ServiceSettings {

    public DbRouterSettings {
        users = List.copyOf(users);
        servers = List.copyOf(servers);
        if (users.isEmpty()) {
            throw new IllegalArgumentException("users: none (expected: 1 or more)");
        }
        if (servers.isEmpty()) {
            throw new IllegalArgumentException("servers: none (expected: 1 or more)");
        }
        if (requireTls && tls == null) {
            throw new IllegalArgumentException("require-tls: true (expected: false, as there is no tls)");
        }
        unique("servers", servers.stream().map(ServerSettings::name).toList());
        unique("users", users.stream().map(UserSettings::name).toList());
    }

    private static void unique(String what, List<String> names) {
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (!seen.add(name)) {
                throw new IllegalArgumentException(what + ": " + name + " is there twice (expected: different names)");
            }
        }
    }

    /** @return the servers as the topology knows them */
    public List<DatabaseServer> databaseServers() {
        return servers.stream().map(ServerSettings::server).toList();
    }
}
