package com.foobar.deploy.grafana;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.foobar.deploy.running.RunningStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * What Grafana wants of a provisioned dashboard (its documentation: "Dashboard JSON model", "Provision dashboards and data sources") and refuses, or shows wrongly, without a word
 * otherwise. Whether its queries find anything is tried against a Prometheus in {@code ComposeIT}.
 */
class DashboardTest {
    private static final Path DEPLOY = RunningStack.project().resolve("deploy");
    private static final Path FILE = DEPLOY.resolve("grafana/dashboards/overview.json");
    /** The first that Grafana 9.0 wrote; older ones are migrated when they are loaded, in steps that need old panels. */
    private static final int OLDEST_SCHEMA = 36;
    /** That of Grafana 12: a newer one it does not know. */
    private static final int NEWEST_SCHEMA = 42;

    private static final int COLUMNS = 24;

    private final JsonNode dashboard;

    DashboardTest() throws IOException {
        dashboard = new ObjectMapper().readTree(FILE.toFile());
    }

    @Test
    void isIdentifiedByItsUidAlone() {
        assertThat(dashboard.path("uid").asText()).matches("[A-Za-z0-9_-]{1,40}");
        assertThat(dashboard.hasNonNull("id")).as("an id is of one database").isFalse();
        assertThat(dashboard.path("title").asText()).isNotBlank();
        assertThat(dashboard.path("schemaVersion").asInt()).isBetween(OLDEST_SCHEMA, NEWEST_SCHEMA);
        assertThat(dashboard.has("__inputs"))
                .as("asks for inputs, as an export does")
                .isFalse();
    }

    @Test
    void everyPanelIsOfAKindThatGrafanaBringsAndHasANumberOfItsOwn() {
        Set<Integer> ids = new TreeSet<>();
        for (JsonNode panel : dashboard.path("panels")) {
            assertThat(panel.path("type").asText()).isIn("row", "stat", "timeseries");
            assertThat(panel.path("title").asText()).isNotBlank();
            assertThat(ids.add(panel.path("id").asInt()))
                    .as(panel.path("title").asText())
                    .isTrue();
        }
        assertThat(ids).hasSizeGreaterThan(15).allMatch(id -> id > 0);
    }

    @Test
    void panelsLieBesideEachOther() {
        Set<String> taken = new TreeSet<>();
        for (JsonNode panel : dashboard.path("panels")) {
            JsonNode place = panel.path("gridPos");
            assertThat(place.path("x").asInt() + place.path("w").asInt()).isBetween(1, COLUMNS);
            for (int x = 0; x < place.path("w").asInt(); x++) {
                for (int y = 0; y < place.path("h").asInt(); y++) {
                    String cell = (place.path("x").asInt() + x) + ","
                            + (place.path("y").asInt() + y);
                    assertThat(taken.add(cell))
                            .as("%s at %s", panel.path("title").asText(), cell)
                            .isTrue();
                }
            }
        }
    }

    @Test
    void everyQueryAsksTheProvisionedDataSource() throws IOException {
        String source = read("grafana/provisioning/datasources/prometheus.yaml");
        assertThat(source).startsWith("apiVersion: 1").contains("uid: prometheus,", "type: prometheus,");
        for (JsonNode panel : dashboard.path("panels")) {
            if (panel.path("type").asText().equals("row")) {
                continue;
            }
            assertThat(panel.at("/datasource/uid").asText()).isEqualTo("prometheus");
            assertThat(panel.at("/datasource/type").asText()).isEqualTo("prometheus");
            List<String> references = new ArrayList<>();
            for (JsonNode target : panel.path("targets")) {
                references.add(target.path("refId").asText());
                assertThat(target.path("expr").asText()).isNotBlank();
                assertThat(target.path("datasource").path("uid").asText("prometheus"))
                        .isEqualTo("prometheus");
            }
            assertThat(references).isNotEmpty().doesNotHaveDuplicates().allMatch(reference -> !reference.isBlank());
        }
        assertThat(dashboard.path("templating").path("list"))
                .as("variables, which ComposeIT would have to fill in")
                .isEmpty();
    }

    @Test
    void isWhereTheContainerLooksForIt() throws IOException {
        assertThat(read("grafana/provisioning/dashboards/foobar.yaml"))
                .startsWith("apiVersion: 1")
                .contains("type: file", "path: /etc/grafana/dashboards}");
        assertThat(read("compose.yaml"))
                .contains(
                        "./grafana/provisioning:/etc/grafana/provisioning:ro",
                        "./grafana/dashboards:/etc/grafana/dashboards:ro",
                        "GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH: /etc/grafana/dashboards/" + FILE.getFileName());
    }

    private static String read(String file) throws IOException {
        return Files.readString(DEPLOY.resolve(file));
    }
}
