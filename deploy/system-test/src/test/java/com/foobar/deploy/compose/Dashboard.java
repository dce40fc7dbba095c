package com.foobar.deploy.compose;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.foobar.deploy.running.RunningStack;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What the provisioned dashboard asks of Prometheus. */
final class Dashboard {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Dashboard() {}

    /** A query, in the panel that shows it; Grafana's variable for the range is replaced by a minute. */
    record Query(String panel, String expression) {}

    static List<Query> queries() throws IOException {
        JsonNode dashboard = JSON.readTree(RunningStack.project()
                .resolve("deploy/grafana/dashboards/overview.json")
                .toFile());
        List<Query> queries = new ArrayList<>();
        for (JsonNode panel : dashboard.path("panels")) {
            for (JsonNode target : panel.path("targets")) {
                queries.add(new Query(
                        panel.path("title").asText(),
                        target.path("expr").asText().replace("$__rate_interval", "1m")));
            }
        }
        return queries;
    }
}
