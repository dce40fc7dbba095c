package com.foobar.dbrouter;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/**
 * Commands with every form of answer there is, and what comes back for each, packet by packet with sequence ids. Behind each
 * command goes a query, by whose row the end of the answer is known; so there are always two under way.
 */
final class AnswerScript {
    private static final int QUERY = 3;
    private static final int PREPARE = 0x16;
    private static final int EOF = 0xfe;
    private static final int NO_INDEX_FLAGS = 0x30;

    /**
     * @param payload given the ids of the statements prepared so far, by their order from 0
     * @param unseenStatus flags of EOF packets that are not compared
     */
    private record Step(String name, Payload payload, int unseenStatus) {
        Step(String name, Payload payload) {
            this(name, payload, 0);
        }
    }

    private interface Payload {
        ByteBuf of(IntUnaryOperator statementId);
    }

    private final List<Step> steps = new ArrayList<>();
    private int prepared;

    /** What both MariaDB and MySQL know; the tables are {@link #tables}. */
    static AnswerScript common() {
        AnswerScript script = new AnswerScript();
        script.command("COM_SET_OPTION off", 0x1b, "\1\0");
        script.command("COM_SET_OPTION on", 0x1b, "\0\0");
        script.queries(
                "USE foobar",
                "SELECT n FROM answers WHERE id <= 3 ORDER BY id",
                "SELECT n FROM answers WHERE id > 100",
                "SELECT * FROM answers WHERE n = 2",
                "SELECT 1; SELECT 2 UNION ALL SELECT 3; DO 1; SELECT n FROM answers",
                "SELECT 1; SELECT nothing FROM answers; SELECT 2",
                "REPLACE INTO answers (id, n) VALUES (3, 3)",
                "UPDATE answers SET n = 2 WHERE id IN (1, 2)",
                "UPDATE answers SET n = id",
                "INSERT INTO answers VALUES (4, 4), (5, 5)",
                "DELETE FROM answers WHERE id > 3",
                "SELECT 1/0",
                "SELECT CAST('x' AS SIGNED)",
                "DROP TABLE IF EXISTS answers_that_are_not_there",
                "SELECT nothing FROM answers",
                "BEGIN",
                "SELECT n FROM answers",
                "SELECT n FROM answers ORDER BY id FOR UPDATE",
                "COMMIT",
                "SET autocommit=0",
                "SELECT n FROM answers",
                "UPDATE answers SET n = id",
                "ROLLBACK",
                "SELECT n FROM answers",
                "COMMIT",
                "SET autocommit=1",
                "CALL answers_of_a_procedure()",
                "SELECT REPEAT('a', 100000)",
                "SET NAMES latin1",
                "USE information_schema",
                "USE foobar");
        script.whoseEndsComeLate(
                "SELECT (SELECT b.n FROM answers b WHERE b.id <= a.id) FROM answers a",
                "SELECT REPEAT('b', 40000) FROM answers",
                "SELECT a.id, REPEAT('c', 400) FROM answers a, answers b, answers c, answers d, answers e, answers f");
        script.command("COM_INIT_DB", 2, "foobar");
        script.command("COM_PING", 0x0e, "");
        script.command("COM_FIELD_LIST", 4, "answers\0");
        script.queries("SET @seen = 5", "SELECT @seen");

        script.prepare("DO 1");
        script.execute(0, false);
        script.prepare("UPDATE answers SET n = id WHERE id < ?");
        script.execute(1, false, 2);
        script.prepare("SELECT id, n FROM answers ORDER BY id");
        script.execute(2, false);
        int query = script.prepare("SELECT id, n FROM answers WHERE id <= ? ORDER BY id");
        script.execute(query, false, 3);
        script.execute(query, false, 0);
        script.execute(query, true, 3);
        script.fetch(query, 2);
        script.fetch(query, 2);
        script.execute(query, true, 0);
        script.execute(query, true, 3);
        script.fetch(query, 1);
        script.statement("COM_STMT_RESET", 0x1a, query);
        int rows = script.prepare("CALL answers_of_a_procedure()");
        script.execute(rows, false);
        int out = script.prepare("CALL answer_given_back(?)");
        script.execute(out, false, 1);
        script.execute(out, false, 2);
        // Servers count it, the router does not.
        script.prepare("SELECT nothing FROM answers");
        return script;
    }

    /** What {@link #common} needs. */
    static String[] tables() {
        return new String[] {
            "DROP TABLE IF EXISTS foobar.answers",
            "CREATE TABLE foobar.answers (id INT PRIMARY KEY, n INT)",
            "INSERT INTO foobar.answers VALUES (1, 1), (2, 2), (3, 3)",
            "DROP PROCEDURE IF EXISTS foobar.answers_of_a_procedure",
            "CREATE PROCEDURE foobar.answers_of_a_procedure() BEGIN SELECT n FROM foobar.answers ORDER BY id;"
                    + " UPDATE foobar.answers SET n = id; SELECT 'end'; END",
            "DROP PROCEDURE IF EXISTS foobar.answer_given_back",
            "CREATE PROCEDURE foobar.answer_given_back(INOUT a INT) BEGIN SELECT a; SET a = a + 10; END",
        };
    }

    AnswerScript queries(String... statements) {
        for (String sql : statements) {
            command(sql, QUERY, sql);
        }
        return this;
    }

    /**
     * Whether an index is used is told behind the columns already, and by the other packets nowhere or much later: that is left
     * out here.
     */
    AnswerScript whoseEndsComeLate(String... statements) {
        for (String sql : statements) {
            steps.add(new Step(sql, id -> Unpooled.buffer().writeByte(QUERY).writeBytes(bytes(sql)), NO_INDEX_FLAGS));
        }
        return this;
    }

    private void command(String name, int code, String argument) {
        steps.add(new Step(name, id -> Unpooled.buffer().writeByte(code).writeBytes(bytes(argument))));
    }

    int prepare(String sql) {
        steps.add(new Step(
                "prepare " + sql, id -> Unpooled.buffer().writeByte(PREPARE).writeBytes(bytes(sql))));
        return prepared++;
    }

    /** @param values an integer for each parameter */
    void execute(int statement, boolean cursor, int... values) {
        steps.add(new Step("execute " + statement + (cursor ? " with a cursor" : ""), id -> {
            ByteBuf payload = Unpooled.buffer()
                    .writeByte(0x17)
                    .writeIntLE(id.applyAsInt(statement))
                    .writeByte(cursor ? 1 : 0)
                    .writeIntLE(1);
            if (values.length > 0) {
                payload.writeByte(0).writeByte(1);
                for (int i = 0; i < values.length; i++) {
                    payload.writeShortLE(3);
                }
                for (int value : values) {
                    payload.writeIntLE(value);
                }
            }
            return payload;
        }));
    }

    private void fetch(int statement, int rows) {
        steps.add(new Step("fetch " + rows, id -> Unpooled.buffer()
                .writeByte(0x1c)
                .writeIntLE(id.applyAsInt(statement))
                .writeIntLE(rows)));
    }

    private void statement(String name, int code, int statement) {
        steps.add(new Step(name, id -> Unpooled.buffer().writeByte(code).writeIntLE(id.applyAsInt(statement))));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /**
     * Runs it.
     *
     * @param deprecateEof whether the client has logged in with that
     * @param ahead whether to send all of it before anything is read; otherwise a step waits for the one before
     * @return the packets of each step, with a statement's id left out where it is told
     */
    Map<String, List<String>> run(MySqlWire wire, boolean deprecateEof, boolean ahead) throws IOException {
        Map<String, List<String>> answers = new LinkedHashMap<>();
        List<Integer> ids = new ArrayList<>();
        if (ahead) {
            ByteBuf all = Unpooled.buffer();
            // Servers and router count on, from wherever a server's thread has got to, so the ids are known before.
            int probe = prepareNow(wire);
            for (int i = 0; i < steps.size(); i++) {
                all.writeBytes(packets(i, statement -> probe + 1 + statement));
            }
            new Thread(() -> sendQuietly(wire, all), "sender").start();
        }
        for (int i = 0; i < steps.size(); i++) {
            if (!ahead) {
                wire.send(ByteBufUtil.getBytes(packets(i, ids::get)));
            }
            Step step = steps.get(i);
            List<String> packets = readTo(wire, end(i), deprecateEof ? 2 : 3, step, ids);
            answers.put(i + " " + step.name(), packets);
        }
        return answers;
    }

    private static int prepareNow(MySqlWire wire) throws IOException {
        wire.send(
                ByteBufUtil.getBytes(packet(Unpooled.buffer().writeByte(PREPARE).writeBytes(bytes("DO 1")))));
        return Unpooled.wrappedBuffer(wire.read()).getIntLE(1);
    }

    private static void sendQuietly(MySqlWire wire, ByteBuf all) {
        try {
            wire.send(ByteBufUtil.getBytes(all));
        } catch (IOException e) {
            // What is not answered then fails the test.
        }
    }

    private ByteBuf packets(int step, IntUnaryOperator statementId) {
        ByteBuf end = Unpooled.buffer().writeByte(QUERY).writeBytes(bytes("SELECT '" + end(step) + "' AS e"));
        return Unpooled.buffer()
                .writeBytes(packet(steps.get(step).payload().of(statementId)))
                .writeBytes(packet(end));
    }

    private static ByteBuf packet(ByteBuf payload) {
        return Unpooled.buffer()
                .writeMediumLE(payload.readableBytes())
                .writeByte(0)
                .writeBytes(payload);
    }

    private static String end(int step) {
        return "the_end_of_step_" + step + "_";
    }

    /** @param before packets of the query's own before its row */
    private static List<String> readTo(MySqlWire wire, String end, int before, Step step, List<Integer> ids)
            throws IOException {
        List<String> packets = new ArrayList<>();
        while (true) {
            byte[] payload = wire.read();
            boolean error = (payload[0] & 0xff) == 0xff;
            if (payload.length == end.length() + 1 && new String(payload, StandardCharsets.ISO_8859_1).endsWith(end)) {
                wire.read();
                return packets.subList(0, packets.size() - before);
            }
            if ((payload[0] & 0xff) == EOF && payload.length == 5) {
                payload[3] &= (byte) ~step.unseenStatus();
            }
            if (step.name().startsWith("prepare ") && packets.isEmpty()) {
                ids.add(error ? 0 : Unpooled.wrappedBuffer(payload).getIntLE(1));
                if (!error) {
                    payload[1] = payload[2] = payload[3] = payload[4] = 0;
                }
            }
            packets.add(wire.readSequence() + ": " + shown(payload));
        }
    }

    /** In hexadecimal digits; of a long one the beginning, and what tells whether the rest is the same. */
    private static String shown(byte[] payload) {
        int shown = Math.min(payload.length, 120);
        return ByteBufUtil.hexDump(payload, 0, shown)
                + (payload.length > shown ? "… " + payload.length + " " + Arrays.hashCode(payload) : "");
    }
}
