package com.foobar.dbrouter.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.dbrouter.protocol.ResponseTracker.Expect;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each answer is converted in one piece, in single bytes, and wherever it is cut in two. */
class ClassicAnswerTest {
    private static final long NEITHER = CapabilityFlags.PROTOCOL_41;
    private static final long NO_CHANGES = NEITHER | CapabilityFlags.DEPRECATE_EOF;
    private static final long EOF_AND_CHANGES = NEITHER | CapabilityFlags.SESSION_TRACK;

    private static final String OK = "00000002000000";
    private static final String OK_END = "fe000002000100";
    private static final String OK_END_MORE = "fe00000a000000";
    private static final String EOF = "fe00000200";
    private static final String ERR = "ff2804233432303030" + "6e6f";
    private static final String COLUMN = "03646566";
    private static final String ROW = "0131";

    /** In autocommit, with changes: schema "db". */
    private static final String CHANGES = "05" + "0103026462";

    private record Answer(
            String name, long capabilities, Expect expect, List<String> fromServer, List<String> forClient) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Answer> answers() {
        return List.of(
                new Answer(
                        "rows: the columns end without the warnings of the rows",
                        NEITHER,
                        Expect.RESULTS,
                        List.of("02", COLUMN, COLUMN, ROW, ROW, OK_END),
                        List.of("02", COLUMN, COLUMN, EOF, ROW, ROW, "fe01000200")),
                new Answer(
                        "no rows",
                        NEITHER,
                        Expect.RESULTS,
                        List.of("01", COLUMN, OK_END),
                        List.of("01", COLUMN, EOF, "fe01000200")),
                new Answer(
                        "one row in a transaction, of parameters given back, slow, with more to come",
                        NEITHER,
                        Expect.RESULTS,
                        List.of("01", COLUMN, ROW, "fe00000b180000", OK),
                        List.of("01", COLUMN, "fe00000b10", ROW, "fe00000b18", OK)),
                new Answer(
                        "results: each has ids two higher than the one before",
                        NEITHER,
                        Expect.RESULTS,
                        List.of("01", COLUMN, ROW, OK_END_MORE, "01", COLUMN, OK_END),
                        List.of("01", COLUMN, "fe00000a00", ROW, "fe00000a00", "01", COLUMN, EOF, "fe01000200")),
                new Answer(
                        "an error among rows: the columns ended in the session's status",
                        NEITHER,
                        Expect.RESULTS,
                        List.of("01", COLUMN, ROW, ERR),
                        List.of("01", COLUMN, EOF, ROW, ERR)),
                new Answer("an error", NEITHER, Expect.RESULTS, List.of(ERR), List.of(ERR)),
                new Answer(
                        "a cursor: its columns end once",
                        NEITHER,
                        Expect.RESULTS,
                        List.of("01", COLUMN, "fe000042000000"),
                        List.of("01", COLUMN, "fe00004200")),
                new Answer(
                        "fetched rows",
                        NEITHER,
                        Expect.ROWS,
                        List.of("000001", "000002", "fe000082000000"),
                        List.of("000001", "000002", "fe00008200")),
                new Answer(
                        "fetched rows that end by EOF, as MariaDB's",
                        NEITHER,
                        Expect.ROWS,
                        List.of("000001", "fe00008200"),
                        List.of("000001", "fe00008200")),
                new Answer(
                        "prepared, with a warning",
                        NEITHER,
                        Expect.PREPARED,
                        List.of("000700000001000200000100", COLUMN, COLUMN, COLUMN),
                        List.of("000700000001000200000100", COLUMN, COLUMN, "fe01000200", COLUMN, "fe01000200")),
                new Answer(
                        "prepared, nothing",
                        NEITHER,
                        Expect.PREPARED,
                        List.of("000700000000000000000000"),
                        List.of("000700000000000000000000")),
                new Answer(
                        "fields",
                        NEITHER,
                        Expect.FIELDS,
                        List.of(COLUMN, COLUMN, OK_END),
                        List.of(COLUMN, COLUMN, "fe01000200")),
                new Answer("statistics", NEITHER, Expect.SINGLE, List.of("557074696d65"), List.of("557074696d65")),
                new Answer(
                        "changes",
                        NO_CHANGES,
                        Expect.RESULTS,
                        List.of("000105" + "0240" + "0300" + "00" + CHANGES),
                        List.of("000105" + "0200" + "0300")),
                new Answer(
                        "changes with a text",
                        NEITHER,
                        Expect.RESULTS,
                        List.of("00fc000105" + "0240" + "0300" + "026162" + CHANGES),
                        List.of("00fc000105" + "0200" + "0300" + "026162")),
                new Answer(
                        "a text",
                        NO_CHANGES,
                        Expect.RESULTS,
                        List.of("000105" + "0200" + "0300" + "026162"),
                        List.of("000105" + "0200" + "0300" + "026162")),
                new Answer(
                        "changes at the end of rows, for a client that takes them elsewhere only",
                        EOF_AND_CHANGES,
                        Expect.RESULTS,
                        List.of("01", COLUMN, ROW, "fe0000" + "0240" + "0000" + "00" + CHANGES),
                        List.of("01", COLUMN, EOF, ROW, EOF)),
                new Answer(
                        "changes at the end of rows, for a client that takes none",
                        NO_CHANGES,
                        Expect.RESULTS,
                        List.of("01", COLUMN, ROW, "fe0000" + "0240" + "0000" + "00" + CHANGES),
                        List.of("01", COLUMN, ROW, "fe000002000000")),
                new Answer(
                        "changes, for a client that takes them",
                        EOF_AND_CHANGES,
                        Expect.RESULTS,
                        List.of("000105" + "0240" + "0300" + "00" + CHANGES),
                        List.of("000105" + "0240" + "0300" + "00" + CHANGES)));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void convertsIt(Answer answer) {
        assertThat(converted(answer, Integer.MAX_VALUE)).isEqualTo(packets(answer.forClient()));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void convertsItInSingleBytes(Answer answer) {
        assertThat(converted(answer, 1)).isEqualTo(packets(answer.forClient()));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void convertsItWhereverItIsCut(Answer answer) {
        int length = packets(answer.fromServer()).readableBytes();
        for (int cut = 1; cut < length; cut++) {
            assertThat(converted(answer, cut)).as("cut at " + cut).isEqualTo(packets(answer.forClient()));
        }
    }

    @Test
    void keepsNoClientFromWhatIsThere() {
        ClassicAnswer classic = classic(NEITHER);
        classic.begin(Expect.RESULTS, StatusFlags.AUTOCOMMIT);
        // The first row waits for the next packet, the second for nothing.
        assertThat(classic.convert(packets(List.of("01", COLUMN, ROW)))).isEqualTo(packets(List.of("01", COLUMN)));
        ByteBuf second = packets(List.of("01", COLUMN, ROW, ROW)).skipBytes(3 * 4 + 1 + 4 + 2);
        assertThat(classic.convert(second))
                .isEqualTo(packets(List.of("01", COLUMN, EOF, ROW, ROW)).skipBytes(2 * 4 + 1 + 4));

        // Nor does a first row that is long.
        classic.begin(Expect.RESULTS, StatusFlags.AUTOCOMMIT);
        ByteBuf begun = packets(List.of("01", COLUMN)).writeMediumLE(1 << 20).writeByte(3);
        assertThat(classic.convert(begun.writeZero(70_000)).readableBytes()).isGreaterThan(70_000);
        classic.release();
    }

    @Test
    void givesAShortAnswerAsOneBuffer() {
        ClassicAnswer classic = classic(NEITHER);
        classic.begin(Expect.RESULTS, StatusFlags.AUTOCOMMIT);
        ByteBuf out = classic.convert(packets(List.of("01", COLUMN, ROW, OK_END)));
        assertThat(out.nioBufferCount()).isEqualTo(1);
        out.release();
    }

    @Test
    void numbersEveryPacketOfARowOf16Megabytes() {
        ClassicAnswer classic = classic(NEITHER);
        classic.begin(Expect.RESULTS, StatusFlags.AUTOCOMMIT);
        ByteBuf answer = packets(List.of("01", COLUMN));
        answer.writeMediumLE(Packets.MAX_PAYLOAD).writeByte(3).writeByte(0xfe).writeZero(Packets.MAX_PAYLOAD - 1);
        answer.writeMediumLE(5).writeByte(4).writeByte(0xfe).writeZero(4);
        answer.writeBytes(packet(5, OK_END));
        ByteBuf out = classic.convert(answer);
        assertThat(sequences(out)).containsExactly(1, 2, 3, 4, 5, 6);
        out.release();
    }

    @Test
    void numbersTheFileAsTheServerCounts() {
        ClassicAnswer classic = classic(NEITHER);
        classic.begin(Expect.RESULTS, StatusFlags.AUTOCOMMIT);
        ByteBuf wish = classic.convert(packets(List.of("01", COLUMN, ROW, OK_END_MORE, "fb6162")));
        assertThat(sequences(wish)).containsExactly(1, 2, 3, 4, 5, 6);
        ByteBuf file = packet(7, "616263").writeBytes(packet(8, ""));
        classic.passFile(file, true);
        assertThat(sequences(file)).containsExactly(6, 7);
        assertThat(sequences(classic.convert(packet(8, OK)))).containsExactly(9);
    }

    @Test
    void isNotThereForAClientOfToday() {
        assertThat(ClassicAnswer.forClient(UnpooledByteBufAllocator.DEFAULT, CapabilityFlags.OFFERED))
                .isNull();
    }

    private static ClassicAnswer classic(long capabilities) {
        ClassicAnswer classic = ClassicAnswer.forClient(UnpooledByteBufAllocator.DEFAULT, capabilities);
        assertThat(classic).isNotNull();
        return classic;
    }

    private static ByteBuf converted(Answer answer, int cut) {
        ClassicAnswer classic = classic(answer.capabilities());
        classic.begin(answer.expect(), StatusFlags.AUTOCOMMIT);
        ByteBuf whole = packets(answer.fromServer());
        ByteBuf out = Unpooled.buffer();
        while (whole.isReadable()) {
            ByteBuf piece =
                    classic.convert(Unpooled.copiedBuffer(whole.readSlice(Math.min(cut, whole.readableBytes()))));
            out.writeBytes(piece);
            piece.release();
        }
        return out;
    }

    private static List<Integer> sequences(ByteBuf packets) {
        List<Integer> sequences = new ArrayList<>();
        for (int at = packets.readerIndex(); at < packets.writerIndex(); at += 4 + packets.getUnsignedMediumLE(at)) {
            sequences.add((int) packets.getUnsignedByte(at + 3));
        }
        return sequences;
    }

    private static ByteBuf packets(List<String> payloads) {
        ByteBuf out = Unpooled.buffer();
        for (int i = 0; i < payloads.size(); i++) {
            out.writeBytes(packet(i + 1, payloads.get(i)));
        }
        return out;
    }

    private static ByteBuf packet(int sequence, String payload) {
        byte[] bytes = ByteBufUtil.decodeHexDump(payload);
        return Unpooled.buffer().writeMediumLE(bytes.length).writeByte(sequence).writeBytes(bytes);
    }
}
