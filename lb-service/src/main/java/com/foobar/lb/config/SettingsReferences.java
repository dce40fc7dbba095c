package com.foobar.lb.config;

import com.foobar.http.backend.BackendSettings;
import com.foobar.kit.settings.InvalidSettings;
import com.foobar.kit.settings.SettingsProblem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Checks that the names of frontends and backends are given once, and that whoever names one names one that there is. */
final class SettingsReferences {
    private final List<SettingsProblem> problems = new ArrayList<>();
    private final Map<String, FrontendSettings> frontends = new HashMap<>();
    private final Set<String> backends = new HashSet<>();

    private SettingsReferences() {}

    /** @throws InvalidSettings with all that is wrong */
    static void check(List<FrontendSettings> frontends, List<BackendSettings> backends) {
        SettingsReferences references = new SettingsReferences();
        references.collect(frontends, backends);
        for (int i = 0; i < frontends.size(); i++) {
            references.check("frontends[" + i + "]", frontends.get(i));
        }
        if (!references.problems.isEmpty()) {
            throw new InvalidSettings(references.problems);
        }
    }

    private void collect(List<FrontendSettings> allFrontends, List<BackendSettings> allBackends) {
        if (allFrontends.isEmpty()) {
            problem("frontends", "none", "one at least");
        }
        if (allBackends.isEmpty()) {
            problem("backends", "none", "one at least");
        }
        for (int i = 0; i < allFrontends.size(); i++) {
            FrontendSettings frontend = allFrontends.get(i);
            if (frontends.putIfAbsent(frontend.name(), frontend) != null) {
                problem("frontends[" + i + "].name", frontend.name() + " is given twice", "each name once");
            }
        }
        for (int i = 0; i < allBackends.size(); i++) {
            if (!backends.add(allBackends.get(i).name())) {
                problem("backends[" + i + "].name", allBackends.get(i).name() + " is given twice", "each name once");
            }
        }
    }

    private void check(String path, FrontendSettings frontend) {
        String redirectTo = frontend.redirectTo();
        String backend = frontend.backend();
        if (redirectTo != null) {
            FrontendSettings target = frontends.get(redirectTo);
            if (target == null || target.tls() == null) {
                problem(path + ".redirect-to", redirectTo, "the name of a frontend with tls");
            }
        } else if (backend == null && backends.size() > 1) {
            problem(path + ".backend", "is missing", "the name of one of the backends, as there are several");
        }
        if (backend != null) {
            checkBackend(path + ".backend", backend);
        }
        for (int i = 0; i < frontend.routes().size(); i++) {
            String routed = frontend.routes().get(i).backend();
            if (routed != null) {
                checkBackend(path + ".routes[" + i + "].backend", routed);
            }
        }
    }

    private void checkBackend(String path, String name) {
        if (!backends.contains(name)) {
            problem(
                    path,
                    name,
                    "one of " + String.join(", ", backends.stream().sorted().toList()));
        }
    }

    private void problem(String path, String fault, String expected) {
        problems.add(new SettingsProblem(path, fault, expected, 0));
    }
}
