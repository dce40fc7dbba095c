package com.foobar.dbrouter.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReplicaChooserTest {

    private final List<ServerState> replicas = List.of(replica("db-2"), replica("db-3"), replica("db-4"));
    private final Map<String, Integer> load = new HashMap<>(Map.of("db-2", 0, "db-3", 0, "db-4", 0));
    private final ReplicaChooser chooser = new ReplicaChooser(server -> load.getOrDefault(server.name(), 0));

    @Test
    void takesTurnsWhereAllAreAsBusy() {
        assertThat(choose(6)).containsExactly("db-2", "db-3", "db-4", "db-2", "db-3", "db-4");
    }

    @Test
    void prefersTheOneWithTheFewestStatements() {
        load.put("db-2", 5);
        load.put("db-3", 1);
        load.put("db-4", 2);

        assertThat(choose(3)).containsExactly("db-3", "db-3", "db-3");
    }

    @Test
    void choosesAmongThoseAllowedOnly() {
        assertThat(chooser.choose(replicas, state -> state.server().name().equals("db-4")))
                .isEqualTo(replicas.get(2).server());
        assertThat(chooser.choose(replicas, state -> false)).isNull();
        assertThat(chooser.choose(List.of(), state -> true)).isNull();
    }

    private List<String> choose(int times) {
        List<String> chosen = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            DatabaseServer server = chooser.choose(replicas, state -> true);
            chosen.add(server == null ? "none" : server.name());
        }
        return chosen;
    }

    private static ServerState replica(String name) {
        return new ServerState(
                new DatabaseServer(name, "localhost", 3311),
                ServerRole.REPLICA,
                true,
                Flavour.MARIADB,
                "11.4",
                1,
                1,
                null,
                true,
                null,
                "");
    }
}
