package com.foobar.dbrouter.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.foobar.dbrouter.routing.Consistency;
import com.foobar.dbrouter.tls.ServerTlsMode;
import com.foobar.dbrouter.tls.ServerTlsSettings;
import com.foobar.kit.settings.HostPort;
import com.foobar.kit.settings.SettingsException;
import com.foobar.kit.settings.SettingsReader;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DbRouterSettingsTest {
    @Test
    void hasDefaultsForOneMachine() {
        DbRouterSettings settings = SettingsReader.defaults(DbRouterSettings.class);
        assertThat(settings.instance()).isEqualTo("db-router-1");
        assertThat(settings.listen()).isEqualTo(new HostPort("localhost", 3301));
        assertThat(settings.management().listen()).isEqualTo(new HostPort("localhost", 9931));
        assertThat(settings.tls()).isNotNull().satisfies(tls -> assertThat(tls.isDevelopment())
                .isTrue());
        assertThat(settings.requireTls()).isFalse();
        assertThat(settings.serverTls()).isEqualTo(new ServerTlsSettings(ServerTlsMode.PREFERRED, null));
        assertThat(settings.users()).singleElement().satisfies(user -> {
            assertThat(user.name()).isEqualTo("foobar_app");
            assertThat(user.password().reveal()).isEqualTo("foobar");
        });
        assertThat(settings.databaseServers())
                .extracting(server -> server.name() + " " + server.host() + " " + server.port())
                .containsExactly("db-1 localhost 3311", "db-2 localhost 3312", "db-3 localhost 3313");
        assertThat(settings.consistency()).isEqualTo(Consistency.STRICT);
        assertThat(settings.authPlugin()).isEqualTo(AuthPlugin.AUTO);
        assertThat(settings.pool().maxConnections()).isEqualTo(100);
        assertThat(settings.pool().waitTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.sessions().maxConnections()).isEqualTo(2000);
        assertThat(settings.sessions().primaryTimeout()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void takesPasswordsFromTheEnvironmentAndShowsThemNowhere() {
        DbRouterSettings settings = SettingsReader.read(
                DbRouterSettings.class,
                "",
                Map.of("FOOBAR_DB_PASSWORD", "hidden-1", "FOOBAR_DB_MONITOR_PASSWORD", "hidden-2"));
        assertThat(settings.users().get(0).password().reveal()).isEqualTo("hidden-1");
        assertThat(settings.monitor().password().reveal()).isEqualTo("hidden-2");
        assertThat(settings.toString()).doesNotContain("hidden");
    }

    @Test
    void reportsWhatCannotBe() {
        assertThatThrownBy(() -> read("users: []")).hasMessageContaining("users: none");
        assertThatThrownBy(() -> read("servers: []")).hasMessageContaining("servers: none");
        assertThatThrownBy(() -> read("servers: [{name: a, address: 'x:1'}, {name: a, address: 'x:2'}]"))
                .hasMessageContaining("a is there twice");
        assertThatThrownBy(() -> read("tls: null\nrequire-tls: true")).hasMessageContaining("require-tls: true");
        assertThatThrownBy(() -> read("server-tls: {mode: required, ca: /tmp/ca.pem}"))
                .hasMessageContaining("server-tls: ca: /tmp/ca.pem");
        assertThatThrownBy(() -> read("users: [{name: a}]")).hasMessageContaining("user a has neither");
        assertThatThrownBy(() -> read("users: [{name: a, password: b, verifier: c}]"))
                .hasMessageContaining("user a has both");
        assertThatThrownBy(() -> read("users: [{name: a, verifier: '*c0ffee'}]"))
                .hasMessageContaining("verifier of user a: '*' and 6 characters (expected: '*' and 40")
                .hasMessageNotContaining("c0ffee");
        assertThatThrownBy(() -> read("users: [{name: a, password: b, networks: [10.0.0.0/33]}]"))
                .hasMessageContaining("networks of user a: 10.0.0.0/33 (expected: a prefix length of 0-32)");
        assertThatThrownBy(() -> read("users: [{name: a, password: b, max-rate: 0, max-statement-time: 0s}]"))
                .hasMessageContaining("users[0].max-rate")
                .hasMessageContaining("users[0].max-statement-time");
        assertThatThrownBy(() -> read("pool: {max-connections: 0}\nconsistency: some"))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("pool.max-connections")
                .hasMessageContaining("consistency");
    }

    private static DbRouterSettings read(String yaml) {
        return SettingsReader.read(DbRouterSettings.class, yaml, Map.of());
    }
}
