package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.dbrouter.protocol.CapabilityFlags;
import com.foobar.kit.testing.DatabaseServer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A thousand clients on about fifty server connections, each changing at random what a session has, and looking at all of it
 * after each change: it finds what it has set itself, and nothing that another one has.
 */
@OnBothDatabases
class StateLeakIT {
    private static final int CLIENTS = 1000;
    private static final int WORKERS = 8;
    private static final int CHANGES = 4;

    /** To each of three servers. */
    private static final int CONNECTIONS = 16;

    private static final List<String> DATABASES = List.of("foobar", "leak_one", "leak_two");
    private static final List<String> ZONES = List.of("+00:00", "+05:30", "-08:00");
    private static final List<String> MODES = List.of("ANSI_QUOTES", "STRICT_ALL_TABLES", "NO_BACKSLASH_ESCAPES", "");
    private static final List<String> CHARACTER_SETS = List.of("latin1", "utf8mb4", "ascii");

    private static RouterFixture router;
    private static String usualZone;
    private static String usualMode;
    private static String usualLength;

    @BeforeAll
    static void start() {
        DatabaseServer primary = TestedCluster.get().primary();
        primary.execute(
                "CREATE DATABASE IF NOT EXISTS leak_one",
                "CREATE DATABASE IF NOT EXISTS leak_two",
                "DROP TABLE IF EXISTS foobar.leaking",
                "CREATE TABLE foobar.leaking (id INT PRIMARY KEY)",
                "DROP TABLE IF EXISTS foobar.leak_ids",
                "CREATE TABLE foobar.leak_ids (id INT PRIMARY KEY AUTO_INCREMENT, client BIGINT, KEY (client))",
                "DROP FUNCTION IF EXISTS foobar.leave_behind",
                "CREATE FUNCTION foobar.leave_behind() RETURNS INT DETERMINISTIC READS SQL DATA"
                        + " BEGIN SET @leak = 'of a function'; RETURN GET_LOCK('leak of a function', 0); END",
                "GRANT ALL ON leak_one.* TO foobar_app@'%'",
                "GRANT ALL ON leak_two.* TO foobar_app@'%'");
        usualZone = primary.value("SELECT @@global.time_zone");
        usualMode = primary.value("SELECT @@global.sql_mode");
        usualLength = primary.value("SELECT @@global.group_concat_max_len");
        router = RouterFixture.startSharing(
                        TestedCluster.get().servers(),
                        "pool: {max-connections: " + CONNECTIONS + ", wait-timeout: 1m}",
                        "monitor: {timeout: 20s}")
                .ready();
    }

    @AfterAll
    static void stop() {
        router.close();
    }

    @Test
    void nobodyFindsWhatAnotherOneHasLeft() throws Exception {
        ExecutorService workers = Executors.newFixedThreadPool(WORKERS);
        try {
            List<Callable<Integer>> tasks = new ArrayList<>();
            for (int worker = 0; worker < WORKERS; worker++) {
                int seed = worker;
                tasks.add(() -> work(new Random(seed)));
            }
            int checks = 0;
            for (Future<Integer> done : workers.invokeAll(tasks)) {
                checks += done.get();
            }
            assertThat(checks).isGreaterThanOrEqualTo(CLIENTS * CHANGES);
        } finally {
            workers.shutdownNow();
        }
    }

    private static int work(Random random) throws IOException {
        List<Client> clients = new ArrayList<>();
        try {
            for (int i = 0; i < CLIENTS / WORKERS; i++) {
                clients.add(new Client(random));
            }
            int checks = 0;
            for (int change = 0; change < CHANGES; change++) {
                for (Client client : clients) {
                    client.change();
                    clients.get(random.nextInt(clients.size())).check();
                    checks++;
                }
            }
            return checks;
        } finally {
            for (Client client : clients) {
                client.wire.close();
            }
        }
    }

    /** A client and what it has to find. */
    private static final class Client {
        private final Random random;
        private final MySqlWire wire;
        private final String id;
        private String database = "";
        private String zone = usualZone;
        private final String initialMode;
        private String mode;
        private String characterSet = "utf8mb4";
        private String length = usualLength;
        private String insertId = "0";

        Client(Random random) throws IOException {
            this.random = random;
            this.wire = new MySqlWire(router.port());
            boolean ignoresSpace = random.nextInt(4) == 0;
            long capabilities =
                    ignoresSpace ? CapabilityFlags.OFFERED : CapabilityFlags.OFFERED & ~CapabilityFlags.IGNORE_SPACE;
            this.initialMode = ignoresSpace ? "IGNORE_SPACE," + usualMode : usualMode;
            this.mode = initialMode;
            assertThat(wire.login(capabilities, 45)[0]).isZero();
            this.id = wire.value("SELECT CONNECTION_ID()");
        }

        void change() throws IOException {
            switch (random.nextInt(11)) {
                case 0 -> run("USE " + (database = any(DATABASES)));
                case 1 -> run("SET time_zone = '" + (zone = any(ZONES)) + "'");
                case 2 -> run("SET SESSION sql_mode = '" + (mode = any(MODES)) + "'");
                case 3 -> run("SET NAMES " + (characterSet = any(CHARACTER_SETS)));
                case 4 -> run("SET group_concat_max_len = " + (length = String.valueOf(5000 + random.nextInt(1000))));
                case 5 -> leaveMuch();
                case 6 -> leaveByAPreparedSetting();
                case 7 -> leaveByAFunction();
                case 8 -> leaveCharacteristics();
                case 9 -> insert();
                default -> reset();
            }
            check();
        }

        /** What ties the session to its connection, until it is reset. */
        private void leaveMuch() throws IOException {
            run("SET @leak = 'of " + id + "'");
            run("CREATE TEMPORARY TABLE foobar.leak_temporary (n INT)");
            assertThat(wire.value("SELECT GET_LOCK('leak " + id + "', 0)")).isEqualTo("1");
            run("SET SESSION max_sort_length = 1000");
            run("BEGIN");
            run("INSERT INTO foobar.leaking VALUES (" + Long.parseLong(id) % 1_000_000_000 + ")");
            assertThat(wire.value("SELECT @leak")).isEqualTo("of " + id);
            assertThat(wire.value("SELECT COUNT(*) FROM foobar.leak_temporary")).isEqualTo("0");
            reset();
            assertThat(wire.value("SELECT IS_FREE_LOCK('leak " + id + "')")).isEqualTo("1");
        }

        /** {@code SET time_zone = ?}: the text does not tell what is set. */
        private void leaveByAPreparedSetting() throws IOException {
            String other = any(ZONES);
            wire.send(packet(Unpooled.copiedBuffer("\26SET time_zone = ?", StandardCharsets.US_ASCII)));
            byte[] prepared = wire.read();
            assertThat(prepared[0]).isZero();
            wire.read(); // The parameter.
            wire.send(packet(Unpooled.buffer()
                    .writeByte(0x17)
                    .writeBytes(prepared, 1, 4)
                    .writeByte(0) // No cursor.
                    .writeIntLE(1)
                    .writeByte(0) // Not NULL.
                    .writeByte(1) // The types follow.
                    .writeShortLE(0xfd)
                    .writeByte(other.length())
                    .writeBytes(other.getBytes(StandardCharsets.US_ASCII))));
            assertThat(wire.read()[0]).isZero();
            assertThat(wire.value("SELECT @@time_zone")).isEqualTo(other);
            reset();
        }

        private static byte[] packet(ByteBuf payload) {
            return ByteBufUtil.getBytes(Unpooled.buffer()
                    .writeMediumLE(payload.readableBytes())
                    .writeByte(0)
                    .writeBytes(payload));
        }

        /** The router cannot see what a function does: neither pins, nor leaves it to the next one. */
        private void leaveByAFunction() throws IOException {
            if (random.nextBoolean()) {
                wire.value("SELECT foobar.leave_behind()");
            } else {
                run("BEGIN");
                wire.value("SELECT foobar.leave_behind()");
                assertThat(wire.value("SELECT @leak")).isEqualTo("of a function");
                run("COMMIT");
            }
        }

        /** Of a transaction that never begins: the next insert of another one would be refused. */
        private void leaveCharacteristics() throws IOException {
            run("SET TRANSACTION READ ONLY");
            reset();
        }

        private void insert() throws IOException {
            run("INSERT INTO foobar.leak_ids (client) VALUES (" + id + ")");
            insertId = wire.value("SELECT MAX(id) FROM foobar.leak_ids WHERE client = " + id);
        }

        private void reset() throws IOException {
            assertThat(wire.reset()).isZero();
            zone = usualZone;
            mode = initialMode;
            characterSet = "utf8mb4";
            length = usualLength;
            insertId = "0";
        }

        /** On the primary and on a replica. */
        void check() throws IOException {
            String state = "CONCAT_WS('/', IFNULL(DATABASE(), ''), @@time_zone, @@sql_mode, @@character_set_client,"
                    + " @@group_concat_max_len, @@max_sort_length, CONNECTION_ID()";
            String own = String.join("/", database, zone, mode, characterSet, length, "1024", id);
            assertThat(wire.value("/* router:replica */ SELECT " + state + ")")).isEqualTo(own);
            assertThat(wire.value("SELECT " + state + ", IFNULL(@leak, 'none'))"))
                    .isEqualTo(own + "/none");
            assertThat(wire.value("SELECT LAST_INSERT_ID()")).isEqualTo(insertId);
            assertThat(wire.value("SELECT COUNT(*) FROM foobar.leaking")).isEqualTo("0");
            assertThat(wire.value("/* router:primary */ SELECT COUNT(*) FROM foobar.leak_temporary"))
                    .contains("doesn't exist");
        }

        private String any(List<String> values) {
            return values.get(random.nextInt(values.size()));
        }

        private void run(String sql) throws IOException {
            assertThat(wire.run(sql)).as(sql).isZero();
        }
    }
}
