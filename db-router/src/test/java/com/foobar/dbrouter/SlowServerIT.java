package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.dbrouter.pool.ServerPools;
import com.foobar.kit.testing.MariaDbServer;
import io.netty.buffer.ByteBufAllocatorMetric;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that send more than their server takes: it waits in the client, not in the router. */
@Timeout(180)
class SlowServerIT {
    private static final int LINES = 100_000;
    private static final int LINE = 1_000;
    private static final long LENGTH = (long) LINES * LINE;
    private static final long PAUSE_AT = 2 << 20;
    private static final long SMALL_PART = 32L << 20;

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void holdsASmallPartOfTheFileThatItsServerDoesNotTake(boolean tls) throws Exception {
        MariaDbServer primary = SharedCluster.get().primary();
        primary.execute("CREATE OR REPLACE TABLE foobar.loaded (length INT, crc INT UNSIGNED)");
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (RouterFixture router = RouterFixture.start(
                                SharedCluster.get().servers(),
                                "monitor: {interval: 1m, timeout: 1m}",
                                tls ? "tls: {development-directory: '" + directory + "'}" : "tls: null")
                        .ready();
                Connection connection = router.connect("allowLocalInfile=true", tls ? "sslMode=trust" : "");
                Statement statement = connection.createStatement()) {
            Lines file = new Lines(primary);
            statement.unwrap(org.mariadb.jdbc.Statement.class).setLocalInfileInputStream(file);
            long before = buffered();
            Future<Integer> loaded = thread.submit(
                    () -> statement.executeUpdate("LOAD DATA LOCAL INFILE 'lines' INTO TABLE loaded (@line)"
                            + " SET length = LENGTH(@line), crc = CRC32(@line)"));
            try {
                Awaitility.await()
                        .atMost(Duration.ofSeconds(60))
                        .pollInterval(Duration.ofMillis(100))
                        .during(Duration.ofSeconds(2))
                        .until(file::isWaitingForItsServer);
                assertThat(file.given()).as("what the client has sent").isLessThan(LENGTH / 2);
                assertThat(buffered() - before).isLessThan(SMALL_PART);
            } finally {
                primary.resume();
            }
            assertThat(loaded.get(120, TimeUnit.SECONDS)).isEqualTo(LINES);
            assertThat(buffered() - before).isLessThan(SMALL_PART);
            try (ResultSet row =
                    statement.executeQuery("/* router:primary */ SELECT COUNT(*), SUM(length), SUM(crc) FROM loaded")) {
                assertThat(row.next()).isTrue();
                assertThat(row.getLong(1)).isEqualTo(LINES);
                assertThat(row.getLong(2)).isEqualTo(LENGTH - LINES);
                assertThat(row.getLong(3)).isEqualTo(file.sumOfChecksums());
            }
        } finally {
            thread.shutdown();
            SharedCluster.get().awaitReplication();
        }
    }

    /** A file of numbered lines, each of the same length; stops the server in its tracks on the way. */
    private static final class Lines extends InputStream {
        private final MariaDbServer server;
        private final AtomicLong given = new AtomicLong();
        private byte[] line = new byte[0];
        private int taken;
        private int number;
        private long sum;
        private volatile boolean paused;
        private long seen;

        Lines(MariaDbServer server) {
            this.server = server;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0];
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            if (taken == line.length && !next()) {
                return -1;
            }
            if (!paused && given.get() >= PAUSE_AT) {
                server.pause();
                paused = true;
            }
            int piece = Math.min(length, line.length - taken);
            System.arraycopy(line, taken, into, offset, piece);
            taken += piece;
            given.addAndGet(piece);
            return piece;
        }

        private boolean next() {
            if (number == LINES) {
                return false;
            }
            String digits = Integer.toString(number++);
            line = (digits.repeat(LINE / digits.length() + 1).substring(0, LINE - 1) + "\n")
                    .getBytes(StandardCharsets.US_ASCII);
            CRC32 crc = new CRC32();
            crc.update(line, 0, LINE - 1);
            sum += crc.getValue();
            taken = 0;
            return true;
        }

        /** Asked again and again: whether nothing was taken since the last time. */
        boolean isWaitingForItsServer() {
            long before = seen;
            seen = given.get();
            return paused && seen == before;
        }

        long given() {
            return given.get();
        }

        /** Once all is read. */
        long sumOfChecksums() {
            return sum;
        }
    }

    /** Bytes that the router's channels have reserved for buffers. */
    private static long buffered() {
        ByteBufAllocatorMetric metric = ((ByteBufAllocatorMetricProvider) ServerPools.ALLOCATOR).metric();
        return metric.usedDirectMemory() + metric.usedHeapMemory();
    }
}
