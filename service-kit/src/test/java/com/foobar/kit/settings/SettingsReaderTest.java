package com.foobar.kit.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsReaderTest {
    enum Balance {
        ROUNDROBIN,
        LEAST_CONN
    }

    record Server(
            String name,
            HostPort address,
            @Default("1") @Range(min = "0", max = "256") int weight) {}

    record Check(
            @Default("2s") @Range(min = "100ms", max = "1h") Duration inter,
            @Default("3") @Range(min = "1") int fall) {}

    record Root(
            @Default("lb-1") String instance,
            @Default("roundrobin") Balance balance,

            @Default("[{name: web-1, address: 'localhost:8101'}, {name: web-2, address: 'localhost:8102', weight: 5}]")
            List<Server> servers,

            Check check,
            @Default("16KiB") ByteSize head,
            @Nullable Path certificate,
            @Default("${DB_PASSWORD:-foobar}") Secret password,
            Map<String, String> labels,
            @Default("true") boolean access,
            @Default("0.5") double share) {
        Root {
            if (servers.isEmpty()) {
                throw new IllegalArgumentException("servers is empty (expected: at least one)");
            }
        }
    }

    record Gateway(@Default("{inter: 1s, fall: 2}") Check check) {}

    record Interval(int from, int to) {
        Interval {
            throw new InvalidSettings(List.of(
                    new SettingsProblem("from", "is odd", "an even number", 0),
                    new SettingsProblem("to", "is even", null, 0)));
        }
    }

    record Intervals(List<Interval> ranges) {}

    @Test
    void reportsAllThatARecordFindsWrongByItsPaths() {
        assertThatThrownBy(() -> SettingsReader.read(Intervals.class, "ranges: [{from: 1, to: 2}]", Map.of()))
                .hasMessageContaining("ranges[0].from: is odd (expected: an even number)")
                .hasMessageContaining("ranges[0].to: is even");
    }

    @Test
    void keepsWhatAGroupHasByDefaultForItsKeysThatAreNotGiven() {
        assertThat(SettingsReader.read(Gateway.class, "check: {fall: 5}", Map.of()))
                .isEqualTo(new Gateway(new Check(Duration.ofSeconds(1), 5)));
        assertThat(SettingsReader.read(Gateway.class, "check:\n", Map.of()))
                .isEqualTo(SettingsReader.defaults(Gateway.class));
        assertThatThrownBy(() -> SettingsReader.read(Gateway.class, "check: {fall: 0, rise: 1}", Map.of()))
                .hasMessageContaining("check.fall")
                .hasMessageContaining("check.rise: unknown setting");
    }

    @Test
    void givesEveryDefaultForAnEmptyText() {
        Root root = SettingsReader.defaults(Root.class);

        assertThat(root)
                .isEqualTo(new Root(
                        "lb-1",
                        Balance.ROUNDROBIN,
                        List.of(
                                new Server("web-1", new HostPort("localhost", 8101), 1),
                                new Server("web-2", new HostPort("localhost", 8102), 5)),
                        new Check(Duration.ofSeconds(2), 3),
                        new ByteSize(16384),
                        null,
                        Secret.of("foobar"),
                        Map.of(),
                        true,
                        0.5));
    }

    @Test
    void readsEveryKindOfValue() {
        Root root = SettingsReader.read(Root.class, """
                instance: lb-${N}
                balance: least-conn
                servers:
                  - name: a
                    address: '[::1]:80'
                check: {inter: 500ms, fall: 7}
                head: 1MiB
                certificate: /etc/cert.pem
                password: ${P}
                labels: {zone: b}
                access: false
                share: 1
                """, Map.of("N", "9", "P", "s3cret"));

        assertThat(root)
                .isEqualTo(new Root(
                        "lb-9",
                        Balance.LEAST_CONN,
                        List.of(new Server("a", new HostPort("::1", 80), 1)),
                        new Check(Duration.ofMillis(500), 7),
                        new ByteSize(1 << 20),
                        Path.of("/etc/cert.pem"),
                        Secret.of("s3cret"),
                        Map.of("zone", "b"),
                        false,
                        1.0));
    }

    @Test
    void reportsEveryProblemWithPathLineAndRule() {
        assertThatThrownBy(() -> SettingsReader.read(Root.class, """
                        balance: fastest
                        serverz: []
                        servers:
                          - name: a
                            address: nowhere
                            weight: 257
                          - address: b:1
                        check: {inter: soon, fall: 0}
                        password: ${UNSET}
                        head: [1]
                        """, Map.of()))
                .isInstanceOf(SettingsException.class)
                .hasMessage("""
                        line 2: serverz: unknown setting (expected: one of instance, balance, servers, check, head, certificate, password, labels, access, share)
                        line 1: balance: fastest (expected: roundrobin, least-conn)
                        line 5: servers[0].address: nowhere (expected: host:port, with port 0-65535)
                        line 6: servers[0].weight: 257 (expected: 0-256)
                        servers[1].name: is missing (expected: text)
                        line 8: check.inter: soon (expected: a duration such as 250ms, 2s, 5m, 1h)
                        line 8: check.fall: 0 (expected: at least 1)
                        line 10: head: a list (expected: a size such as 512B, 16KiB, 1MiB)
                        line 9: password: ${UNSET} is not set in the environment (expected: a value, or a default as in ${NAME:-default})\
                        """);
    }

    @Test
    void reportsARuleAcrossFieldsAtTheRecordsPath() {
        assertThatThrownBy(() -> SettingsReader.read(Root.class, "servers: []", Map.of()))
                .hasMessage("line 1: servers is empty (expected: at least one)");
    }

    @Test
    void reportsAKeyThatIsGivenTwice() {
        assertThatThrownBy(() -> SettingsReader.read(Root.class, "instance: a\ninstance: b\n", Map.of()))
                .hasMessage("line 2: instance: is given twice (expected: once)");
    }

    @Test
    void reportsWhereYamlEnds() {
        assertThatThrownBy(() -> SettingsReader.read(Root.class, "instance: a\nservers: [\n", Map.of()))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("not YAML");
    }

    @Test
    void reportsWhatIsNoText() {
        assertThatThrownBy(() -> SettingsReader.read(Root.class, "instance: a\u0001", Map.of()))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("not YAML");
    }

    @Test
    void refusesTheHiddenFormOfASecret() {
        assertThatThrownBy(() -> SettingsReader.read(Root.class, "password: '***'", Map.of()))
                .hasMessage("line 1: password: *** (expected: the secret itself, ${NAME} or file:/path)");
    }

    @Test
    void refusesAScalarWhereSettingsBelong() {
        assertThatThrownBy(() -> SettingsReader.read(Root.class, "hello", Map.of()))
                .hasMessage("line 1: hello (expected: settings of the form key: value)");
    }

    @Test
    void keepsTheEnvironmentFromAddingSettings() {
        Root root = SettingsReader.read(Root.class, "instance: ${X}", Map.of("X", "a\nbalance: least-conn"));

        assertThat(root.instance()).isEqualTo("a\nbalance: least-conn");
        assertThat(root.balance()).isEqualTo(Balance.ROUNDROBIN);
    }

    @Test
    void readsASecretFromAFile(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("password"), "s3cret\n");

        Root root = SettingsReader.read(Root.class, "password: file:" + file, Map.of());

        assertThat(root.password().reveal()).isEqualTo("s3cret");
        assertThat(root.toString()).doesNotContain("s3cret");
    }

    @Test
    void namesTheFileOfASecretThatCannotBeRead() {
        assertThatThrownBy(() -> SettingsReader.read(Root.class, "password: file:/nowhere/p", Map.of()))
                .hasMessage(
                        "line 1: password: cannot read /nowhere/p (NoSuchFileException) (expected: a readable file)");
    }

    @Test
    void printsWhatItReadsBack() {
        Root root = SettingsReader.read(Root.class, "labels: {zone: \"it's ${A} x\"}", Map.of("A", "${B}"));

        String printed = SettingsPrinter.print(root);

        assertThat(printed).doesNotContain("foobar").contains("password: '***'");
        Root again = SettingsReader.read(Root.class, printed.replace("'***'", "x"), Map.of());
        assertThat(again.labels()).isEqualTo(Map.of("zone", "it's ${B} x"));
        assertThat(again.servers()).isEqualTo(root.servers());
        assertThat(again.check()).isEqualTo(root.check());
    }
}
