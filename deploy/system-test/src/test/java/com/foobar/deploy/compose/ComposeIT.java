package com.foobar.deploy.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.foobar.deploy.ReadLoad;
import com.foobar.deploy.running.RunningStack;
import com.foobar.deploy.running.SiteClient;
import java.io.ByteArrayInputStream;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * From nothing to a site in containers that survives what happens to containers. The steps share one stack and follow each
 * other; each leaves it whole.
 */
@Tag("compose")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ComposeIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    /** How many GETs have to be answered while an instance is away, and after it is back. */
    private static final int ENOUGH = 50;

    private static final List<String> STATELESS =
            List.of("web-1", "app-1", "db-router-1", "lb-1", "web-2", "app-2", "db-router-2");

    private static final Map<String, Integer> TRAFFIC = new TreeMap<>(Map.of(
            "lb-1",
            8443,
            "web-1",
            8101,
            "app-1",
            8201,
            "db-router-1",
            3301,
            "db-1",
            3306,
            "db-2",
            3306,
            "prometheus",
            9090,
            "alertmanager",
            9093,
            "mysqld-exporter",
            9104));

    private ComposeStack stack;
    private SiteClient client;
    private String token;
    private final List<String> acknowledged = new ArrayList<>();

    @BeforeAll
    void start(@TempDir Path scratch) throws Exception {
        stack = new ComposeStack(scratch);
        stack.startFromNothing();
        client = new SiteClient(stack);
        await("the API answers through both balancers")
                .atMost(LIMIT)
                .until(() -> client.get("lb-1", "/api/tags").statusCode() == 200
                        && client.get("lb-2", "/api/tags").statusCode() == 200);
        token = client.register("lb-1", "c" + UUID.randomUUID().toString().substring(0, 8));
    }

    @AfterAll
    void stop() throws Exception {
        if (stack != null) {
            stack.close();
        }
    }

    @Test
    @Order(1)
    void servesTheSiteOverHttps() throws Exception {
        HttpResponse<String> page = client.get("lb-2", "/");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("<html");
        String slug = client.publish("lb-1", token, "Written in a container");
        acknowledged.add(slug);
        assertThat(client.get("lb-2", "/api/articles/" + slug).statusCode()).isEqualTo(200);
    }

    @Test
    @Order(2)
    void replicasFollowByPositionOverTls() throws Exception {
        assertThat(stack.sql("db-1", "SHOW REPLICAS").lines()).hasSize(2);
        assertThat(stack.sql("db-1", "SHOW STATUS LIKE 'Rpl_semi_sync_source_clients'"))
                .endsWith("2");
        for (String replica : List.of("db-2", "db-3")) {
            assertThat(stack.sql(replica, "SELECT @@super_read_only, @@gtid_mode"))
                    .isEqualTo("1\tON");
            assertThat(stack.sql(
                            replica,
                            "SELECT AUTO_POSITION, SSL_ALLOWED, SSL_VERIFY_SERVER_CERTIFICATE FROM"
                                    + " performance_schema.replication_connection_configuration"))
                    .isEqualTo("1\tYES\tYES");
        }
        assertThat(stack.sql(
                        "db-1",
                        "SELECT DISTINCT s.VARIABLE_VALUE <> '' FROM performance_schema.status_by_thread s JOIN"
                                + " performance_schema.threads t USING (THREAD_ID) WHERE s.VARIABLE_NAME = 'Ssl_cipher' AND"
                                + " t.PROCESSLIST_USER LIKE 'foobar%'"))
                .isEqualTo("1");
        assertThat(stack.sql("db-1", "SELECT DISTINCT plugin FROM mysql.user WHERE user LIKE 'foobar%'"))
                .isEqualTo("caching_sha2_password");
    }

    @Test
    @Order(3)
    void scrapesEveryInstanceTheDatabasesAndTheHost() {
        await("every target is up").atMost(LIMIT).untilAsserted(() -> {
            List<String> states = new ArrayList<>();
            for (JsonNode target : stack.prometheus("targets?state=active").path("activeTargets")) {
                states.add(target.at("/labels/instance").asText().replaceAll(":.*", "") + " "
                        + target.path("health").asText());
            }
            assertThat(states)
                    .containsExactlyInAnyOrder(
                            "lb-1 up",
                            "lb-2 up",
                            "web-1 up",
                            "web-2 up",
                            "app-1 up",
                            "app-2 up",
                            "db-router-1 up",
                            "db-router-2 up",
                            "db-1 up",
                            "db-2 up",
                            "db-3 up",
                            "node-exporter up",
                            "mysqld-exporter up",
                            "alertmanager up",
                            "localhost up");
        });
    }

    @Test
    @Order(4)
    void aTierReachesItsNeighboursOnly() throws Exception {
        Map<String, TreeSet<String>> reached = new TreeMap<>();
        StringBuilder script = new StringBuilder();
        TRAFFIC.forEach((host, port) -> script.append("timeout 2 bash -c '</dev/tcp/")
                .append(host + "/" + port + "' 2>/dev/null && echo " + host + "; "));
        for (String from : List.of("lb-2", "web-2", "app-2", "db-router-2", "db-3")) {
            String answer = stack.compose("exec", "-T", from, "bash", "-c", script + "true");
            reached.put(from, new TreeSet<>(answer.lines().toList()));
        }
        assertThat(reached)
                .isEqualTo(Map.of(
                        "lb-2", new TreeSet<>(List.of("lb-1", "web-1", "prometheus")),
                        "web-2", new TreeSet<>(List.of("lb-1", "web-1", "app-1", "prometheus")),
                        "app-2", new TreeSet<>(List.of("web-1", "app-1", "db-router-1", "prometheus")),
                        "db-router-2",
                                new TreeSet<>(List.of(
                                        "app-1", "db-router-1", "db-1", "db-2", "prometheus", "mysqld-exporter")),
                        "db-3", new TreeSet<>(List.of("db-router-1", "db-1", "db-2", "mysqld-exporter"))));
    }

    @Test
    @Order(4)
    void nothingButTheBalancersAndGrafanaIsPublishedAndThatOnLoopback() throws Exception {
        List<String> published = new ArrayList<>();
        for (Map.Entry<String, JsonNode> service :
                stack.settings().path("services").properties()) {
            for (JsonNode port : service.getValue().path("ports")) {
                published.add(service.getKey() + " " + port.path("target").asInt() + " on "
                        + port.path("host_ip").asText());
            }
        }
        assertThat(published)
                .containsExactlyInAnyOrder(
                        "lb-1 8443 on 127.0.0.1",
                        "lb-1 8080 on 127.0.0.1",
                        "lb-2 8443 on 127.0.0.1",
                        "lb-2 8080 on 127.0.0.1",
                        "grafana 3000 on 127.0.0.1");
    }

    @Test
    @Order(4)
    void onlyTheBalancersGrafanaAndAlertmanagerAreInANetworkThatLeadsOut() throws Exception {
        JsonNode settings = stack.settings();
        List<String> outside = new ArrayList<>();
        for (Map.Entry<String, JsonNode> service : settings.path("services").properties()) {
            for (Map.Entry<String, JsonNode> network :
                    service.getValue().path("networks").properties()) {
                if (!settings.path("networks")
                        .path(network.getKey())
                        .path("internal")
                        .asBoolean()) {
                    outside.add(service.getKey() + " by " + network.getKey());
                }
            }
        }
        assertThat(outside)
                .containsExactlyInAnyOrder(
                        "lb-1 by edge", "lb-2 by edge", "grafana by dashboard", "alertmanager by notifications");
    }

    @Test
    @Order(5)
    void containersAreHardenedAndTogetherBelowFourGigabytes() throws Exception {
        String format = "{{.Name}} {{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} {{.HostConfig.SecurityOpt}}"
                + " {{.Config.User}} {{.HostConfig.Memory}} {{.State.Running}}";
        long memory = 0;
        for (String container : stack.compose("ps", "--all", "--quiet").lines().toList()) {
            String facts =
                    stack.docker("inspect", "--format", format, container).trim();
            if (facts.endsWith("true")) {
                assertThat(facts)
                        .contains(" true [ALL] [no-new-privileges:true")
                        .doesNotContain(" 0:0 ");
                String[] words = facts.split(" ");
                memory += Long.parseLong(words[words.length - 2]);
            }
        }
        assertThat(memory).isBetween(1_000_000_000L, 4_000_000_000L);

        // All that stays, Grafana among it whether it runs here or not, is what the documents say.
        long limits = 0;
        for (JsonNode service : stack.settings().path("services")) {
            limits += service.path("restart").asText().equals("no")
                    ? 0
                    : service.path("mem_limit").asLong();
        }
        assertThat(limits).isEqualTo(3696L * 1024 * 1024);
        for (String document : List.of("README.md", "docs/containers.md")) {
            assertThat(RunningStack.project().resolve(document)).content().contains("3,696 MiB (3.88 GB)");
        }
    }

    @Test
    @Order(6)
    void secretsAreNeitherInEnvironmentsNorInProcessListsNorInLogs() throws Exception {
        List<String> secrets = stack.docker(
                        "run",
                        "--rm",
                        "--network=none",
                        "--volume=" + ComposeStack.PROJECT + "_vault:/vault:ro",
                        "--workdir=/vault",
                        "--entrypoint=bash",
                        "eclipse-temurin:25-jre",
                        "-c",
                        "for f in root app monitor replication clone exporter jwt-key grafana-admin; do cat $f; echo; done")
                .lines()
                .toList();
        assertThat(secrets).hasSize(8).doesNotHaveDuplicates().allMatch(secret -> secret.matches("[0-9a-f]{32,}"));
        StringBuilder seen = new StringBuilder(stack.compose("logs", "--no-color"));
        for (String container : stack.compose("ps", "--quiet").lines().toList()) {
            seen.append(stack.docker("inspect", container)).append(stack.docker("top", container, "-eo", "pid,args"));
        }
        assertThat(seen.toString()).contains("mysqld", "/app/service.jar");
        for (String secret : secrets) {
            assertThat(seen.indexOf(secret)).as("a secret was found").isEqualTo(-1);
        }
    }

    @Test
    @Order(7)
    void deathOfEachStatelessContainerFailsNoGet() throws Exception {
        try (WriteLoad writer = new WriteLoad(client, token)) {
            for (String victim : STATELESS) {
                survives(victim, "lb-2");
            }
            // Readers change over before their balancer goes away, as with any address that moves.
            survives("lb-2", "lb-1");
            List<String> written = writer.end();
            assertThat(written).isNotEmpty();
            acknowledged.addAll(written);
        }
    }

    /** Behind the step that kills, so that there is something of everything to be seen. */
    @Test
    @Order(8)
    void everyQueryOfTheDashboardAndOfTheRulesHasAnAnswer() throws Exception {
        List<Dashboard.Query> queries = Dashboard.queries();
        assertThat(queries).hasSizeGreaterThan(25);
        for (Dashboard.Query query : queries) {
            await(query.toString()).atMost(LIMIT).until(() -> !stack.prometheus(
                            "query?query=" + URLEncoder.encode(query.expression(), StandardCharsets.UTF_8))
                    .path("result")
                    .isEmpty());
        }
        int rules = 0;
        for (JsonNode group : stack.prometheus("rules").path("groups")) {
            for (JsonNode rule : group.path("rules")) {
                assertThat(rule.path("health").asText())
                        .as(rule.path("name").asText())
                        .isEqualTo("ok");
                rules++;
            }
        }
        assertThat(rules).isGreaterThanOrEqualTo(15);
    }

    @Test
    @Order(0)
    void alertsFireWhenTheyShould() throws Exception {
        String answer = stack.compose(
                "exec", "-T", "prometheus", "promtool", "test", "rules", "/etc/prometheus/rules-test.yml");
        assertThat(answer).contains("SUCCESS").doesNotContain("FAILED");
    }

    @Test
    @Order(9)
    void aWipedReplicaComesBackThoughThePrimaryHasDroppedItsOldestLogs() throws Exception {
        stack.sql("db-1", "FLUSH BINARY LOGS");
        await("the replicas have everything").atMost(LIMIT).until(() -> stack.sql("db-3", "SELECT @@gtid_executed")
                .equals(stack.sql("db-1", "SELECT @@gtid_executed")));
        // Again, as NOW() is in whole seconds: a log that was closed within this one stays.
        await("the oldest logs are dropped").atMost(LIMIT).until(() -> {
            stack.sql("db-1", "PURGE BINARY LOGS BEFORE NOW()");
            return !stack.sql("db-1", "SELECT @@gtid_purged").isEmpty();
        });
        try (ReadLoad load = new ReadLoad(client, "lb-1")) {
            stack.compose("rm", "--stop", "--force", "db-3");
            stack.docker("volume", "rm", ComposeStack.PROJECT + "_db-3");
            stack.compose("up", "--detach", "--no-deps", "db-3");
            stack.awaitHealthy("db-3");
            assertNoneFailed(load, "while a replica was made anew");
        }
        String slug = client.publish("lb-1", token, "Written after the replica was wiped");
        acknowledged.add(slug);
        await("the replica has what was written since").atMost(LIMIT).until(() -> stack.sql(
                        "db-3", "SELECT COUNT(*) FROM foobar.articles WHERE slug = '" + slug + "'")
                .equals("1"));
        assertThat(articles("db-3")).isEqualTo(articles("db-1"));
        assertThat(stack.sql("db-3", "SELECT @@super_read_only")).isEqualTo("1");
    }

    @Test
    @Order(10)
    void nothingIsLostWhenEverythingIsRestarted() throws Exception {
        stack.compose("restart", "--timeout", "20");
        stack.up();
        await("the API answers again")
                .atMost(LIMIT)
                .until(() -> client.get("lb-1", "/api/tags").statusCode() == 200);
        for (String slug : acknowledged) {
            assertThat(client.get("lb-1", "/api/articles/" + slug).statusCode())
                    .as(slug)
                    .isEqualTo(200);
        }
        assertThat(articles("db-2")).isEqualTo(articles("db-1"));
        assertThat(articles("db-3")).isEqualTo(articles("db-1"));
    }

    @Test
    @Order(11)
    void theLoadTestFindsEverythingRight() throws Exception {
        stack.compose("--profile", "load", "build", "--quiet", "load-test");
        String report = stack.compose("--profile", "load", "run", "--rm", "--no-deps", "-T", "load-test", "smoke");
        assertThat(report)
                .contains("smoke against https://www.foobar.com:8443")
                .contains("compared with what had been written: all right")
                .contains("\npassed\n");
    }

    @Test
    @Order(12)
    void upgradesOneInstanceAtATimeAsWritten() throws Exception {
        String before = stack.docker("inspect", "--format", "{{.Id}}", ComposeStack.container("web-2"));
        stack.docker("stop", ComposeStack.container("web-1"));
        assertThat(stack.docker("inspect", "--format", "{{.State.ExitCode}}", ComposeStack.container("web-1"))
                        .trim())
                .as("status of one that was stopped")
                .isEqualTo("0");
        stack.docker("start", ComposeStack.container("web-1"));
        stack.awaitHealthy("web-1");
        asWrittenWhilePeopleRead("Upgrade one instance at a time", "lb-1");
        assertThat(stack.docker("inspect", "--format", "{{.Id}}", ComposeStack.container("web-2")))
                .isNotEqualTo(before);
    }

    @Test
    @Order(13)
    void rotatesCertificatesAsWritten() throws Exception {
        String database = certificate("db-3", "/run/secrets/server.pem");
        String site = certificate("lb-1", "/var/lib/foobar/tls/server.pem");
        List<String> blocks = Procedures.of("Rotate certificates");
        assertThat(blocks).hasSize(2);
        try (ReadLoad load = new ReadLoad(client, "lb-1")) {
            stack.asWritten(blocks.get(0));
            awaitMore(load);
            assertNoneFailed(load, "Rotate certificates");
        }
        assertThat(certificate("db-3", "/run/secrets/server.pem")).isNotEqualTo(database);
        for (String server : List.of("db-1", "db-2", "db-3")) {
            assertThat(stack.sql(
                            server,
                            "SELECT VALUE FROM performance_schema.tls_channel_status WHERE CHANNEL = 'mysql_main'"
                                    + " AND PROPERTY = 'Ssl_server_not_before'"))
                    .as("what %s shows", server)
                    .isEqualTo(beginOf(certificate(server, "/run/secrets/server.pem")));
        }

        // While one balancer starts again the other one has the address that people use.
        stack.asWritten(blocks.get(1));
        assertThat(certificate("lb-2", "/var/lib/foobar/tls/server.pem")).isNotEqualTo(site);
        assertThat(client.get("lb-1", "/api/tags").statusCode()).isEqualTo(200);
        assertThat(client.get("lb-2", "/api/tags").statusCode()).isEqualTo(200);
    }

    @Test
    @Order(14)
    void rotatesPasswordsAsWritten() throws Exception {
        String accounts =
                "SELECT user, HEX(authentication_string) FROM mysql.user WHERE user LIKE 'foobar%' ORDER BY user";
        List<String> before = stack.sql("db-1", accounts).lines().toList();
        asWrittenWhilePeopleRead("Rotate passwords", "lb-2");

        List<String> after = stack.sql("db-1", accounts).lines().toList();
        assertThat(after).hasSize(5).doesNotContainAnyElementsOf(before);
        assertThat(stack.sql(
                        "db-1", "SELECT COUNT(*) FROM mysql.user WHERE user_attributes LIKE '%additional_password%'"))
                .as("accounts that take an old password")
                .isEqualTo("0");
        String slug = client.publish("lb-1", token, "Written with a new password");
        acknowledged.add(slug);
        for (String replica : List.of("db-2", "db-3")) {
            await("replication goes on").atMost(LIMIT).until(() -> articles(replica)
                    .equals(articles("db-1")));
        }
        await("the exporter has the new password").atMost(LIMIT).until(() -> stack.prometheus(
                        "query?query=" + URLEncoder.encode("sum(mysql_up)", StandardCharsets.UTF_8))
                .at("/result/0/value/1")
                .asText()
                .equals("3"));
    }

    @Test
    @Order(15)
    void backsUpAndRestoresAsWritten() throws Exception {
        String slug = client.publish("lb-1", token, "Written before the backup");
        await("the replica has it").atMost(LIMIT).until(() -> articles("db-2").equals(articles("db-1")));
        List<String> blocks = Procedures.of("Back up and restore");
        assertThat(blocks).hasSize(2);
        stack.asWritten(blocks.get(0));
        String later = client.publish("lb-1", token, "Written after the backup");

        assertThatThrownBy(() -> stack.asWritten(blocks.get(1).replace("foobar.sql.gz", "missing.sql.gz")))
                .as("a restore of what is not there")
                .isInstanceOf(IllegalStateException.class);
        assertThat(client.get("lb-1", "/api/articles/" + later).statusCode())
                .as("nothing was dropped for it")
                .isEqualTo(200);
        stack.asWritten(blocks.get(1));
        // Each web server finds out for itself that the application servers are back.
        await("what was written before is there")
                .atMost(LIMIT)
                .until(() -> client.get("lb-2", "/api/articles/" + slug).statusCode() == 200);
        await("what was written after is gone")
                .atMost(LIMIT)
                .until(() -> client.get("lb-2", "/api/articles/" + later).statusCode() == 404);
        await("somebody writes").atMost(LIMIT).ignoreExceptions().until(() -> !client.publish(
                        "lb-1", token, "Written after the restore")
                .isEmpty());
        await("the replicas follow").atMost(LIMIT).until(() -> articles("db-3").equals(articles("db-1")));
    }

    @Test
    @Order(16)
    void findsARequestInTheLogsAsWritten() throws Exception {
        assertThat(client.get("lb-1", "/api/articles", Map.of("X-Request-Id", "where-did-it-go-1"))
                        .statusCode())
                .isEqualTo(200);
        String block = Procedures.of("Read the logs").get(0);
        await("a line of each tier").atMost(LIMIT).ignoreExceptions().untilAsserted(() -> {
            List<String> lines = stack.asWritten(block).lines().toList();
            assertThat(lines).hasSize(3);
            for (String tier : List.of("lb-", "web-", "app-")) {
                assertThat(lines).filteredOn(line -> line.startsWith(tier)).hasSize(1);
            }
        });
    }

    private void asWrittenWhilePeopleRead(String heading, String balancer) throws Exception {
        try (ReadLoad load = new ReadLoad(client, balancer)) {
            awaitMore(load);
            for (String block : Procedures.of(heading)) {
                stack.asWritten(block);
                awaitMore(load);
            }
            assertNoneFailed(load, heading);
        }
    }

    private String certificate(String service, String file) throws Exception {
        return stack.compose("exec", "-T", service, "cat", file);
    }

    /** As MySQL shows it: {@code Nov 21 15:30:00 2026 GMT}. */
    private static String beginOf(String certificate) throws Exception {
        X509Certificate parsed = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(certificate.getBytes(StandardCharsets.US_ASCII)));
        return DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss yyyy 'GMT'", Locale.ROOT)
                .format(parsed.getNotBefore().toInstant().atZone(ZoneOffset.UTC));
    }

    private String articles(String server) throws Exception {
        return stack.sql(server, "SELECT COUNT(*), MAX(id) FROM foobar.articles");
    }

    /** Both of a pair are healthy before one of them is killed. */
    private void survives(String victim, String balancer) throws Exception {
        String other = victim.endsWith("1") ? victim.replace('1', '2') : victim.replace('2', '1');
        stack.awaitHealthy(other);
        try (ReadLoad load = new ReadLoad(client, balancer)) {
            awaitMore(load);
            stack.docker("kill", "--signal=KILL", ComposeStack.container(victim));
            awaitMore(load);
            stack.docker("start", ComposeStack.container(victim));
            awaitMore(load);
            stack.awaitHealthy(victim);
            awaitMore(load);
            assertNoneFailed(load, "while " + victim + " was killed");
        }
    }

    private void assertNoneFailed(ReadLoad load, String what) {
        assertThat(load.end())
                .as(() -> what + "; of the last minutes:\n" + stack.warnings())
                .isEmpty();
    }

    private static void awaitMore(ReadLoad load) {
        int before = load.answered();
        await("readers are answered").atMost(LIMIT).until(() -> load.answered() >= before + ENOUGH);
    }
}
