package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.foobar.kit.testing.MariaDbServer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.EOFException;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar in a process of its own, with the memory that it has as a service: clients who want all of that do not get it. */
class ClientMemoryIT {
    private static final Path JAR = Path.of("target/db-router.jar");
    private static final List<String> MEMORY =
            List.of("-Xmx192m", "-XX:+UseSerialGC", "-XX:MaxDirectMemorySize=192m", "-XX:+ExitOnOutOfMemoryError");
    private static final int MIB = 1 << 20;
    private static final int FULL_PACKET = 0xff_ffff;

    @TempDir
    private Path directory;

    private final List<MySqlWire> clients = new ArrayList<>();
    private Process router;
    private int port;
    private int management;

    @BeforeAll
    static void takeLongPackets() {
        for (MariaDbServer server : SharedCluster.get().servers()) {
            server.execute("SET GLOBAL max_allowed_packet = 64 * 1024 * 1024");
        }
    }

    @BeforeEach
    void start() throws IOException {
        try (ServerSocket one = new ServerSocket(0);
                ServerSocket other = new ServerSocket(0)) {
            port = one.getLocalPort();
            management = other.getLocalPort();
        }
        Path settings = Files.writeString(
                directory.resolve("db-router.yaml"),
                """
                listen: 'localhost:%d'
                management: {listen: 'localhost:%d'}
                tls: null
                users: [{name: foobar_app, password: foobar}]
                """.formatted(port, management)
                        + RouterFixture.serversOf(SharedCluster.get().servers()));
        List<String> command =
                new ArrayList<>(List.of(ProcessHandle.current().info().command().orElseThrow()));
        command.addAll(MEMORY);
        command.addAll(List.of("-jar", JAR.toString(), "--config", settings.toString()));
        router = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> get("/health/ready")
                .equals("200"));
    }

    @AfterEach
    void stop() throws IOException {
        for (MySqlWire client : clients) {
            client.close();
        }
        router.destroyForcibly();
    }

    @Test
    void refusesTextsThatWouldFillTheHeap() throws IOException {
        List<Integer> answers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            MySqlWire client = client();
            prepare(client, i, 14 * MIB);
            answers.add(client.readError());
        }
        assertThat(answers).as("as many as there is room for").startsWith(0).contains(1461);
        assertIsWell();
        assertThat(memory("prepared")).isBetween(14.0 * MIB, 24.0 * MIB);

        leave();
        await().untilAsserted(() -> assertThat(memory("prepared")).isZero());
        MySqlWire next = client();
        prepare(next, 8, 14 * MIB);
        assertThat(next.readError()).isZero();
        assertIsWell();
    }

    @Test
    void makesNoStringsOfLongStatements() throws IOException {
        for (byte[] statement : List.of(
                statement("SET @a = '", "x", "'"),
                statement("SET @a = 1", ", @a = 1", ""),
                statement("SET @a = 1", "; SET @a = 1", ""),
                statement("KILL ", "x", ""),
                statement("USE ", " ", MariaDbServer.DATABASE),
                statement("SELECT '", "x", "', NEXTVAL(nothing)"))) {
            MySqlWire client = client();
            send(client, 3, statement);
            String start = new String(statement, 0, 12, StandardCharsets.US_ASCII);
            assertThat(client.read()).as(start).isNotEmpty();
            assertIsWell();
            client.close();
        }
    }

    @Test
    void hasRoomForOneOfTheLongestCommands() throws IOException {
        byte[] text = new byte[60 * MIB];
        Arrays.fill(text, (byte) 'x');
        byte[] select = "SELECT LENGTH('".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(select, 0, text, 0, select.length);
        text[text.length - 2] = '\'';
        text[text.length - 1] = ')';
        MySqlWire client = client();
        for (int i = 0; i < 3; i++) {
            send(client, 3, text);
            assertThat(client.readValue()).endsWith(String.valueOf(60 * MIB - 17));
        }
    }

    @Test
    void endsClientsWhoseCommandsDoNotFitBesideThoseOfOthers() throws IOException {
        List<CompletableFuture<Boolean>> sent = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            MySqlWire client = client();
            sent.add(CompletableFuture.supplyAsync(() -> sendBeginning(client, 40 * MIB)));
        }
        MySqlWire other = client();
        while (!sent.stream().allMatch(CompletableFuture::isDone)) {
            assertThat(other.value("SELECT 'as before'")).endsWith("as before");
        }
        assertThat(sent.stream().filter(CompletableFuture::join))
                .as("clients that are kept")
                .hasSizeLessThan(2);
        assertThat(memory("input")).isLessThan(64.0 * MIB);
        assertThat(errors("out_of_memory")).isGreaterThanOrEqualTo(7);
        assertIsWell();

        leave();
        await().untilAsserted(() -> assertThat(memory("input")).isZero());
    }

    @Test
    void countsLongDataUntilItIsExecuted() throws IOException {
        for (int i = 0; i < 3; i++) {
            MySqlWire client = client();
            client.prepare("SELECT LENGTH(?)");
            readPrepared(client);
        }
        for (int piece = 0; piece < 6; piece++) {
            sendLongData(clients.get(piece % 2), 10 * MIB);
        }
        await().untilAsserted(() -> assertThat(memory("input")).isBetween(60.0 * MIB, 64.0 * MIB));
        MySqlWire tooMuch = clients.get(2);
        assertThatThrownBy(() -> {
                    sendLongData(tooMuch, 10 * MIB);
                    assertThat(tooMuch.readError()).isEqualTo(1041);
                    throw new SocketException("told");
                })
                .isInstanceOf(SocketException.class);
        for (MySqlWire client : clients.subList(0, 2)) {
            // One iteration, no nulls, types told: a blob.
            send(client, 0x17, new byte[] {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, (byte) 0xfc, 0});
            assertThat(client.read()).as("one column").containsExactly(1);
        }
        await().untilAsserted(() -> assertThat(memory("input")).isZero());
        assertIsWell();
    }

    @Test
    void endsClientsWhoseLongDataComesInManySmallPieces() throws IOException {
        MySqlWire client = client();
        client.prepare("SELECT LENGTH(?)");
        readPrepared(client);
        MySqlWire other = client();
        other.prepare("SELECT LENGTH(?)");
        readPrepared(other);
        for (int piece = 0; piece < 6; piece++) {
            sendLongData(other, 10 * MIB);
        }
        await().untilAsserted(() -> assertThat(memory("input")).isGreaterThan(60.0 * MIB));
        assertThatThrownBy(() -> {
                    for (int piece = 0; piece < 1000; piece++) {
                        sendLongData(client, 10 << 10);
                        assertThat(client.run("DO 1")).isZero();
                    }
                })
                .as("ended, with an answer or before it is read")
                .isInstanceOfAny(SocketException.class, EOFException.class, AssertionError.class);
        assertThat(errors("out_of_memory")).isEqualTo(1);
        assertIsWell();
    }

    @Test
    void countsNothingOfClientsThatGoInTheMiddleOfAFile() throws IOException {
        SharedCluster.get().primary().execute("CREATE OR REPLACE TABLE foobar.loaded (id INT)");
        MySqlWire client = client();
        send(
                client,
                3,
                ("LOAD DATA LOCAL INFILE 'x' INTO TABLE foobar.loaded /*" + " ".repeat(4 * MIB) + "*/")
                        .getBytes(StandardCharsets.US_ASCII));
        assertThat(client.read()[0] & 0xff).isEqualTo(0xfb);
        assertThat(memory("input")).isGreaterThan(3.0 * MIB);
        leave();
        await().untilAsserted(() -> assertThat(memory("input")).isZero());
        assertIsWell();
    }

    @Test
    void endsClientsWhoseFilesDoNotFitBesideThoseOfOthers() throws IOException {
        SharedCluster.get().primary().execute("CREATE OR REPLACE TABLE foobar.loaded (id INT)");
        List<CompletableFuture<Boolean>> sent = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            MySqlWire client = client();
            load(client);
            sent.add(CompletableFuture.supplyAsync(() -> sendBeginning(client, 40 * MIB)));
        }
        assertThat(sent.stream().filter(CompletableFuture::join))
                .as("clients that are kept")
                .hasSizeLessThan(2);
        assertThat(memory("input")).isLessThan(64.0 * MIB);
        assertThat(errors("out_of_memory")).isGreaterThanOrEqualTo(7);
        assertIsWell();

        leave();
        await().untilAsserted(() -> assertThat(memory("input")).isZero());
        await().until(() -> SharedCluster.get()
                .primary()
                .value("SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'LOAD DATA%'")
                .equals("0"));
    }

    /** The server takes one packet, and waits for a lock before it takes the next. */
    @Test
    void countsAFileUntilItsServerTakesIt() throws Exception {
        MariaDbServer primary = SharedCluster.get().primary();
        primary.execute(
                "CREATE OR REPLACE TABLE foobar.loaded (id INT PRIMARY KEY)", "INSERT INTO foobar.loaded VALUES (1)");
        MySqlWire client = client();
        try (Connection locking = DriverManager.getConnection(
                        "jdbc:mariadb://" + primary.address() + "/" + MariaDbServer.DATABASE,
                        RouterFixture.USER,
                        MariaDbServer.PASSWORD);
                Statement lock = locking.createStatement()) {
            locking.setAutoCommit(false);
            lock.execute("DELETE FROM loaded");
            load(client);
            byte[] packet = new byte[15 * MIB];
            packet[0] = '1';
            packet[1] = '\n';
            sendFilePacket(client, 2, packet);
            sendFilePacket(client, 3, packet);
            await().untilAsserted(() -> assertThat(memory("input")).isBetween(1.0 * MIB, 15.0 * MIB));
            locking.commit();
        }
        await().untilAsserted(() -> assertThat(memory("input")).isZero());
    }

    private static void load(MySqlWire client) throws IOException {
        client.query("LOAD DATA LOCAL INFILE 'x' IGNORE INTO TABLE foobar.loaded");
        assertThat(client.read()[0] & 0xff).isEqualTo(0xfb);
    }

    private static void sendFilePacket(MySqlWire client, int sequence, byte[] lines) throws IOException {
        client.send(ByteBufUtil.getBytes(Unpooled.buffer()
                .writeMediumLE(lines.length)
                .writeByte(sequence)
                .writeBytes(lines)));
    }

    /** For parameter 0 of statement 1. */
    private static void sendLongData(MySqlWire client, int length) throws IOException {
        send(client, 0x18, Arrays.copyOf(new byte[] {1, 0, 0, 0, 0, 0}, length));
    }

    private MySqlWire client() throws IOException {
        MySqlWire client = new MySqlWire(port);
        clients.add(client);
        assertThat(client.login()[0]).isZero();
        return client;
    }

    private void leave() throws IOException {
        for (MySqlWire client : clients) {
            client.close();
        }
        clients.clear();
    }

    private void assertIsWell() throws IOException {
        assertThat(router.isAlive()).as("db-router").isTrue();
        try (MySqlWire client = new MySqlWire(port)) {
            client.login();
            assertThat(client.value("SELECT 'as before'")).endsWith("as before");
        }
    }

    private static byte[] statement(String start, String repeated, String end) {
        int times = (56 * MIB) / repeated.length();
        return (start + repeated.repeat(times) + end).getBytes(StandardCharsets.US_ASCII);
    }

    /** @param digit texts of which it is the same are kept once */
    private static void prepare(MySqlWire client, int digit, int length) throws IOException {
        byte[] text = new byte[length];
        Arrays.fill(text, (byte) ' ');
        System.arraycopy(("SELECT " + digit).getBytes(StandardCharsets.US_ASCII), 0, text, 0, 8);
        send(client, 0x16, text);
    }

    /** Of a statement without columns that matter: one parameter and one column. */
    private static void readPrepared(MySqlWire client) throws IOException {
        assertThat(client.readError()).isZero();
        for (int packets = 0; packets < 2; packets++) {
            client.read();
        }
    }

    /** A command of any length. */
    private static void send(MySqlWire client, int command, byte[] argument) throws IOException {
        ByteBuf payload = Unpooled.wrappedBuffer(new byte[] {(byte) command}, argument);
        int sequence = 0;
        int length;
        do {
            length = Math.min(payload.readableBytes(), FULL_PACKET);
            ByteBuf packet = Unpooled.buffer(length + 4)
                    .writeMediumLE(length)
                    .writeByte(sequence++)
                    .writeBytes(payload, length);
            client.send(ByteBufUtil.getBytes(packet));
        } while (length == FULL_PACKET);
    }

    /** @return whether the router still has the client at the end of it, which waits for the rest */
    private static boolean sendBeginning(MySqlWire client, int length) {
        try {
            int sequence = 0;
            for (int sent = 0; sent < length; sent += FULL_PACKET) {
                byte[] packet = new byte[Math.min(length - sent, FULL_PACKET + 4)];
                Unpooled.wrappedBuffer(packet)
                        .clear()
                        .writeMediumLE(FULL_PACKET)
                        .writeByte(sequence++)
                        .writeByte(sent == 0 ? 3 : ' ');
                client.send(packet);
            }
            client.socket().setSoTimeout(2_000);
            return client.readError() == 0;
        } catch (java.net.SocketTimeoutException e) {
            return true;
        } catch (SocketException | java.io.EOFException e) {
            return false;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private double memory(String kind) {
        return metric("dbrouter_client_memory_bytes{kind=\"" + kind + "\"}");
    }

    private double errors(String kind) {
        return metric("dbrouter_errors_total{kind=\"" + kind + "\"}");
    }

    private double metric(String series) {
        return get("/metrics")
                .lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
                .findFirst()
                .orElse(0);
    }

    /** The page; of the readiness its status. */
    private String get(String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + management + path))
                .build();
        HttpResponse<String> response = HttpClient.newHttpClient()
                .sendAsync(request, HttpResponse.BodyHandlers.ofString())
                .join();
        return path.equals("/metrics") ? response.body() : String.valueOf(response.statusCode());
    }
}
