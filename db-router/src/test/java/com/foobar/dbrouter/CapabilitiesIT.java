package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.dbrouter.protocol.CapabilityFlags;
import com.foobar.dbrouter.protocol.Packets;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients with and without CLIENT_DEPRECATE_EOF and CLIENT_SESSION_TRACK get, byte by byte, what the server itself answers to such
 * a client.
 */
class CapabilitiesIT {
    private static RouterFixture router;

    @BeforeAll
    static void start() {
        SharedCluster.get().primary().execute(AnswerScript.tables());
        SharedCluster.get().primary().execute("CREATE OR REPLACE TABLE foobar.loaded (n INT)");
        router = RouterFixture.start(SharedCluster.get().servers(), "monitor: {timeout: 20s}")
                .ready();
    }

    @AfterAll
    static void stop() {
        router.close();
    }

    static long capabilities(boolean deprecateEof, boolean sessionTrack) {
        // MySQL warns of CLIENT_NO_SCHEMA in every answer.
        return CapabilityFlags.OFFERED
                & ~CapabilityFlags.NO_SCHEMA
                & ~(deprecateEof ? 0 : CapabilityFlags.DEPRECATE_EOF)
                & ~(sessionTrack ? 0 : CapabilityFlags.SESSION_TRACK);
    }

    private static AnswerScript script() {
        return AnswerScript.common()
                .queries(
                        "INSERT INTO answers VALUES (7, 7) RETURNING id, n",
                        "DELETE FROM answers WHERE id = 7 RETURNING id",
                        "EXECUTE IMMEDIATE 'SELECT n FROM answers'")
                .whoseEndsComeLate("SELECT seq, REPEAT('d', 30) FROM seq_1_to_8000");
    }

    @ParameterizedTest
    @CsvSource({
        "true, true, false", "true, false, false", "false, true, false", "false, false, false",
        "true, true, true", "true, false, true", "false, true, true", "false, false, true"
    })
    void getTheServersOwnAnswers(boolean deprecateEof, boolean sessionTrack, boolean ahead) throws IOException {
        long capabilities = capabilities(deprecateEof, sessionTrack);
        Map<String, List<String>> direct;
        try (MySqlWire wire = new MySqlWire(SharedCluster.get().primary().port())) {
            wire.login(capabilities, 45);
            direct = script().run(wire, deprecateEof, ahead);
        }
        try (MySqlWire wire = new MySqlWire(router.port())) {
            wire.login(capabilities, 45);
            Map<String, List<String>> routed = script().run(wire, deprecateEof, ahead);
            assertThat(routed.keySet()).isEqualTo(direct.keySet());
            assertThat(direct.keySet())
                    .allSatisfy(step -> assertThat(routed.get(step)).as(step).isEqualTo(direct.get(step)));
        }
    }

    /** The file's packets are numbered from the server's, and the server's from the file's. */
    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void loadTheirFilesBehindRows(boolean deprecateEof, boolean sessionTrack) throws IOException {
        long capabilities = capabilities(deprecateEof, sessionTrack);
        List<String> direct = load(SharedCluster.get().primary().port(), capabilities);
        assertThat(load(router.port(), capabilities)).isEqualTo(direct);
        assertThat(direct).as("three rows have been loaded").anyMatch(packet -> packet.contains(": 000300"));
    }

    private static List<String> load(int port, long capabilities) throws IOException {
        List<String> packets = new ArrayList<>();
        try (MySqlWire wire = new MySqlWire(port)) {
            wire.login(capabilities, 45);
            assertThat(wire.run("USE foobar")).isZero();
            wire.query("SELECT 'before'; LOAD DATA LOCAL INFILE 'numbers' INTO TABLE foobar.loaded; SELECT 'behind'");
            byte[] packet;
            do {
                packet = wire.read();
                packets.add(wire.readSequence() + ": " + ByteBufUtil.hexDump(packet));
                assertThat(packet[0] & 0xff)
                        .as(new String(packet, StandardCharsets.ISO_8859_1))
                        .isNotEqualTo(Packets.ERR);
            } while ((packet[0] & 0xff) != Packets.LOCAL_INFILE);
            int sequence = wire.readSequence();
            ByteBuf file = Packets.frame(
                    UnpooledByteBufAllocator.DEFAULT,
                    sequence + 1,
                    Unpooled.wrappedBuffer("1\n2\n3\n".getBytes(StandardCharsets.US_ASCII)));
            file = Unpooled.wrappedBuffer(
                    file, Packets.packet(UnpooledByteBufAllocator.DEFAULT, sequence + 2, new byte[0]));
            wire.send(ByteBufUtil.getBytes(file));
            file.release();
            boolean behind = false;
            do {
                packet = wire.read();
                packets.add(wire.readSequence() + ": " + ByteBufUtil.hexDump(packet));
                behind |= new String(packet, StandardCharsets.ISO_8859_1).endsWith("behind");
            } while (!behind || (packet[0] & 0xff) != Packets.EOF);
        }
        return packets;
    }

    /** Session consistency needs what such a client is not told. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void readTheirOwnWritesOnReplicas(boolean sessionTrack) throws Exception {
        SharedCluster.get().awaitReplication();
        try (RouterFixture bySession = RouterFixture.start(
                                SharedCluster.get().servers(),
                                "consistency: session",
                                "read-index: {wait-limit: 10s}",
                                "monitor: {timeout: 20s}")
                        .ready();
                MySqlWire wire = new MySqlWire(bySession.port())) {
            wire.login(capabilities(false, sessionTrack), 45);
            assertThat(wire.run("REPLACE INTO foobar.answers (id, n) VALUES (1000, 1)"))
                    .isZero();
            double probes = SightIT.metric(bySession, "dbrouter_read_index_probes_total");
            double onReplicas = onReplicas(bySession);
            for (int n = 2; n < 12; n++) {
                assertThat(wire.run("UPDATE foobar.answers SET n = " + n + " WHERE id = 1000"))
                        .isZero();
                assertThat(wire.value("SELECT n FROM foobar.answers WHERE id = 1000"))
                        .isEqualTo("" + n);
            }
            // The positions of the writes are known: the primary is asked neither for its own nor for the rows.
            assertThat(SightIT.metric(bySession, "dbrouter_read_index_probes_total"))
                    .isEqualTo(probes);
            assertThat(onReplicas(bySession) - onReplicas).isEqualTo(10);
            assertThat(wire.run("DELETE FROM foobar.answers WHERE id = 1000")).isZero();
        }
    }

    static double onReplicas(RouterFixture of) throws Exception {
        return SightIT.metric(of, "dbrouter_statements_total", "role=\"replica\"");
    }
}
