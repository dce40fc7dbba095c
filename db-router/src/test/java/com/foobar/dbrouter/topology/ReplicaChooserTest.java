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
    private final ReplicaChooser chooser = new ReplicaChooser(server -> load.getOrDefault(server.name(), 0), "");

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

    @Test
    void sharesTheReadsByWeight() {
        List<ServerState> weighted = List.of(replica("db-2", 3, ""), replica("db-3", 1, ""));

        List<String> idle = choose(chooser, weighted, 8);
        assertThat(idle).filteredOn("db-2"::equals).hasSize(6);
        assertThat(idle.subList(0, 4)).contains("db-3");

        load.put("db-2", 5);
        load.put("db-3", 2);
        assertThat(choose(chooser, weighted, 2)).containsExactly("db-2", "db-2");
        load.put("db-2", 7);
        assertThat(choose(chooser, weighted, 2)).containsExactly("db-3", "db-3");
    }

    @Test
    void prefersItsOwnZoneWhileAReplicaThereMayAnswer() {
        ReplicaChooser near = new ReplicaChooser(server -> load.getOrDefault(server.name(), 0), "b");
        List<ServerState> zoned = List.of(replica("db-2", 1, "a"), replica("db-3", 1, "b"));
        load.put("db-3", 100);

        assertThat(choose(near, zoned, 2)).containsExactly("db-3", "db-3");
        assertThat(near.choose(zoned, state -> !state.server().zone().equals("b")))
                .isEqualTo(zoned.get(0).server());
    }

    private static List<String> choose(ReplicaChooser chooser, List<ServerState> among, int times) {
        List<String> chosen = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            DatabaseServer server = chooser.choose(among, state -> true);
            chosen.add(server == null ? "none" : server.name());
        }
        return chosen;
    }

    private List<String> choose(int times) {
        return choose(chooser, replicas, times);
    }

    private static ServerState replica(String name) {
        return replica(name, 1, "");
    }

    private static ServerState replica(String name, int weight, String zone) {
        return new ServerState(
                new DatabaseServer(name, "localhost", 3311, weight, zone),
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
