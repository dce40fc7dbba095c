package com.foobar.lb.guard;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.lb.guard.ClientTable.Verdict;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ClientTableTest {
    private long now = Long.MAX_VALUE - 1000;

    private ClientTable table(int clients, int perSecond, int burst, int limit) {
        return new ClientTable(clients, perSecond, burst, limit, () -> now);
    }

    private static int admitted(ClientTable table, long key, int times) {
        int admitted = 0;
        for (int i = 0; i < times; i++) {
            if (table.admit(key) == Verdict.ADMITTED) {
                table.release(key);
                admitted++;
            }
        }
        return admitted;
    }

    @Test
    void letsABurstThroughAndThenTheRate() {
        ClientTable table = table(1000, 10, 5, 0);
        assertThat(admitted(table, 1, 100)).isEqualTo(5);
        now += TimeUnit.MILLISECONDS.toNanos(99);
        assertThat(admitted(table, 1, 1)).isZero();
        now += TimeUnit.MILLISECONDS.toNanos(1);
        assertThat(admitted(table, 1, 2)).isEqualTo(1);
        int second = 0;
        for (int i = 0; i < 1000; i++) {
            now += TimeUnit.MILLISECONDS.toNanos(1);
            second += admitted(table, 1, 1);
        }
        assertThat(second).isEqualTo(10);
        now += TimeUnit.DAYS.toNanos(1);
        assertThat(admitted(table, 1, 100)).isEqualTo(5);
    }

    @Test
    void tellsWhenTheNextTokenComes() {
        ClientTable table = table(1000, 1, 3, 0);
        assertThat(admitted(table, 1, 10)).isEqualTo(3);
        assertThat(table.retryAfterSeconds(1)).isEqualTo(1);
        now += TimeUnit.MILLISECONDS.toNanos(1000);
        assertThat(admitted(table, 1, 1)).isEqualTo(1);
        now += TimeUnit.MILLISECONDS.toNanos(300);
        assertThat(admitted(table, 1, 1)).isZero();
        assertThat(table.retryAfterSeconds(1)).isEqualTo(1);
    }

    @Test
    void boundsUsesAtTheSameTime() {
        ClientTable table = table(1000, 0, 1, 2);
        assertThat(table.admit(1)).isEqualTo(Verdict.ADMITTED);
        assertThat(table.admit(1)).isEqualTo(Verdict.ADMITTED);
        assertThat(table.admit(1)).isEqualTo(Verdict.TOO_MANY);
        assertThat(table.admit(2)).isEqualTo(Verdict.ADMITTED);
        table.release(1);
        assertThat(table.admit(1)).isEqualTo(Verdict.ADMITTED);
        assertThat(table.admit(1)).isEqualTo(Verdict.TOO_MANY);
    }

    @Test
    void countsNoTokenForWhatWasTooManyAtOnce() {
        ClientTable table = table(1000, 1, 2, 1);
        assertThat(table.admit(1)).isEqualTo(Verdict.ADMITTED);
        for (int i = 0; i < 10; i++) {
            assertThat(table.admit(1)).isEqualTo(Verdict.TOO_MANY);
        }
        table.release(1);
        assertThat(table.admit(1)).isEqualTo(Verdict.ADMITTED);
        table.release(1);
        assertThat(table.admit(1)).isEqualTo(Verdict.TOO_OFTEN);
    }

    @Test
    void staysExactForThoseWhoUseSomethingAmongAMillionOthers() {
        ClientTable table = table(10_000, 1, 2, 2);
        for (long key = 1; key <= 100; key++) {
            assertThat(table.admit(key)).isEqualTo(Verdict.ADMITTED);
            assertThat(table.admit(key)).isEqualTo(Verdict.ADMITTED);
        }
        for (long key = 1000; key < 1_001_000; key++) {
            assertThat(admitted(table, key, 1)).isEqualTo(1);
        }
        for (long key = 1; key <= 100; key++) {
            assertThat(table.admit(key)).isEqualTo(Verdict.TOO_MANY);
        }
    }

    @Test
    void letsNewcomersInWhereEveryPlaceIsInUse() {
        ClientTable table = table(1000, 0, 1, 1);
        Map<Verdict, List<Long>> clients =
                LongStream.rangeClosed(1, 100_000).boxed().collect(Collectors.groupingBy(table::admit));
        assertThat(clients).containsOnlyKeys(Verdict.ADMITTED, Verdict.UNCOUNTED);
        assertThat(clients.get(Verdict.ADMITTED)).hasSize(1000);
        clients.get(Verdict.ADMITTED).forEach(table::release);
        assertThat(table.admit(5)).isEqualTo(Verdict.ADMITTED);
        assertThat(table.admit(5)).isEqualTo(Verdict.TOO_MANY);
    }

    @Test
    void doesNotTakeTheEndOfWhatWasNotCountedForTheEndOfWhatWas() {
        // One set of places: the ninth client finds none.
        ClientTable table = table(8, 0, 1, 1);
        for (long key = 1; key <= 8; key++) {
            assertThat(table.admit(key)).isEqualTo(Verdict.ADMITTED);
        }
        assertThat(table.admit(9)).isEqualTo(Verdict.UNCOUNTED);
        table.release(1);
        assertThat(table.admit(9)).isEqualTo(Verdict.ADMITTED);
        // The first of the two ends, and was never in the table.
        assertThat(table.admit(9)).isEqualTo(Verdict.TOO_MANY);
    }

    @Test
    void takesAnIpv6SubscriberForOneClient() throws UnknownHostException {
        assertThat(key("2001:db8:1:2::1"))
                .isEqualTo(key("2001:db8:1:2:ffff::9"))
                .isNotEqualTo(key("2001:db8:1:3::1"));
        assertThat(key("192.0.2.1")).isNotEqualTo(key("192.0.2.2")).isNotEqualTo(key("::c000:201"));
        assertThat(key("::1")).isNotZero();
        assertThat(key("0.0.0.0")).isNotZero();
    }

    private static long key(String address) throws UnknownHostException {
        return ClientKey.of(InetAddress.getByName(address));
    }
}
