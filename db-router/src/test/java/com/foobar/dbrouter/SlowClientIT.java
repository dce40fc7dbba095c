package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.dbrouter.pool.ServerPools;
import com.foobar.kit.testing.MariaDbServer;
import io.netty.buffer.ByteBufAllocatorMetric;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that ask for more than they read: the answer waits in the server, not in the router. */
class SlowClientIT {
    private static final int ROWS = 110_000;

    /** 110 MB; what the sockets on the way take is a small part of it. */
    private static final String BIG =
            "SELECT REPEAT('x', 1000) AS slow_client FROM " + MariaDbServer.DATABASE + ".seq_1_to_" + ROWS;

    private static final long SMALL_PART = 32L << 20;

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void holdsASmallPartOfWhatItsClientDoesNotRead(boolean tls) throws Exception {
        List<MariaDbServer> servers = SharedCluster.get().servers();
        try (RouterFixture router = RouterFixture.start(
                                servers, tls ? "tls: {development-directory: '" + directory + "'}" : "tls: null")
                        .ready();
                MySqlWire client = new MySqlWire(router.port())) {
            client.greeting();
            if (tls) {
                client.startTls(TestTrust.in(directory.resolve("ca.pem")));
            }
            client.login();
            long before = buffered();
            client.query(BIG);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(100))
                    .during(Duration.ofSeconds(2))
                    .until(() -> isWaitingForItsClient(servers));
            assertThat(buffered() - before).isLessThan(SMALL_PART);
            assertThat(readBigResult(client)).isEqualTo(ROWS);
            assertThat(buffered() - before).isLessThan(SMALL_PART);
            assertThat(client.value("SELECT 'as before'")).contains("as before");
        }
    }

    private static boolean isWaitingForItsClient(List<MariaDbServer> servers) {
        for (MariaDbServer server : servers) {
            for (Map<String, String> process : server.rows("SHOW PROCESSLIST")) {
                if (String.valueOf(process.get("Info")).contains("AS slow_client FROM")) {
                    return "Writing to net".equals(process.get("State"));
                }
            }
        }
        return false;
    }

    /** The rows of an answer of one column. */
    private static int readBigResult(MySqlWire client) throws IOException {
        assertThat(client.read()).containsExactly(1);
        client.read();
        int rows = 0;
        while (client.read().length > 1000) {
            rows++;
        }
        return rows;
    }

    /** Bytes that the router's channels have reserved for buffers. */
    private static long buffered() {
        ByteBufAllocatorMetric metric = ((ByteBufAllocatorMetricProvider) ServerPools.ALLOCATOR).metric();
        return metric.usedDirectMemory() + metric.usedHeapMemory();
    }
}
