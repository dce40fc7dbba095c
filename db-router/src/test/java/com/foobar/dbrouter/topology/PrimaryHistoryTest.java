package com.foobar.dbrouter.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PrimaryHistoryTest {
    private final PrimaryHistory history = new PrimaryHistory(Duration.ofSeconds(30));

    @Test
    void tellsSinceWhenAReplicaLacksSomething() {
        history.note(at(10), seconds(0));
        history.note(at(20), seconds(1));
        history.note(at(30), seconds(3));

        assertThat(history.lagOf(at(30), seconds(4))).isZero();
        assertThat(history.lagOf(at(29), seconds(4))).isEqualTo(Duration.ofSeconds(1));
        assertThat(history.lagOf(at(15), seconds(4))).isEqualTo(Duration.ofSeconds(3));
        assertThat(history.lagOf(at(10), seconds(10))).isEqualTo(Duration.ofSeconds(9));
    }

    @Test
    void doesNotBelieveAReplicaThatComesBackAndSaysItIsUpToDate() {
        history.note(at(1000), seconds(0));

        assertThat(history.lagOf(at(5), seconds(1))).isNull();
        assertThat(lagOf(Duration.ZERO, at(5), 1)).isNull();
        assertThat(lagOf(Duration.ofSeconds(7), at(900), 1)).isEqualTo(Duration.ofSeconds(7));
        assertThat(lagOf(Duration.ZERO, at(1000), 1)).isZero();
        assertThat(lagOf(null, at(1000), 1)).isNull();
    }

    @Test
    void takesTheWorseOfBothAccounts() {
        history.note(at(1), seconds(0));
        history.note(at(2), seconds(1));

        assertThat(lagOf(Duration.ofSeconds(1), at(1), 10)).isEqualTo(Duration.ofSeconds(9));
        assertThat(lagOf(Duration.ofSeconds(20), at(1), 10)).isEqualTo(Duration.ofSeconds(20));
    }

    @Test
    void goesBackAsFarAsAReplicaMayBeBehindAndKeepsLittle() {
        for (int i = 0; i < 100_000; i++) {
            history.note(at(i), seconds(0) + i * 10_000_000L);
        }
        long now = 99_999 * 10_000_000L;

        assertThat(history.lagOf(at(99_999), now)).isZero();
        assertThat(history.lagOf(at(99_000), now)).isBetween(Duration.ofSeconds(9), Duration.ofSeconds(10));
        assertThat(history.lagOf(at(3), now)).isGreaterThan(Duration.ofSeconds(30));
        assertThat(history.size()).isLessThan(300);
    }

    private @Nullable Duration lagOf(@Nullable Duration own, Position position, int second) {
        ServerState state = new ServerState(
                new DatabaseServer("db-2", "localhost", 3312),
                ServerRole.REPLICA,
                true,
                Flavour.MARIADB,
                "11.4",
                2,
                1,
                position,
                true,
                own,
                "");
        return history.corrected(List.of(state), seconds(second)).get(0).lag();
    }

    private static Position at(long sequence) {
        return GtidPosition.parse("0-1-" + sequence);
    }

    private static long seconds(int seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }
}
