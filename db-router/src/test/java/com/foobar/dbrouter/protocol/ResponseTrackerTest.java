package com.foobar.dbrouter.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.foobar.dbrouter.protocol.ResponseTracker.Expect;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each answer is followed whole, in single bytes, and with the beginning of the next answer behind it. */
class ResponseTrackerTest {
    private static final String OK = "00000002000000";
    private static final String OK_MORE = "0000000a000000";
    private static final String OK_END = "fe000002000000";
    private static final String OK_END_MORE = "fe00000a000000";
    private static final String EOF = "fe00000200";
    private static final String EOF_LAST = "fe00008200";
    private static final String ERR = "ff2804233432303030" + "6e6f";
    private static final String COLUMN = "03646566";
    private static final String ROW = "0131";
    private static final String NULL_ROW = "fb";
    private static final String PREPARED_NONE = "000700000000000000000000";
    private static final String PREPARED_2_1 = "000700000001000200000000";

    private record Answer(String name, Expect expect, List<String> packets) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Answer> answers() {
        return List.of(
                new Answer("OK", Expect.RESULTS, List.of(OK)),
                new Answer("OK to a single", Expect.SINGLE, List.of(OK)),
                new Answer("ERR", Expect.RESULTS, List.of(ERR)),
                new Answer("ERR to prepare", Expect.PREPARED, List.of(ERR)),
                new Answer("ERR to fields", Expect.FIELDS, List.of(ERR)),
                new Answer("statistics", Expect.SINGLE, List.of("557074696d65")),
                new Answer("EOF to a single", Expect.SINGLE, List.of(EOF)),
                new Answer("rows", Expect.RESULTS, List.of("02", COLUMN, COLUMN, ROW, NULL_ROW, OK_END)),
                new Answer("no rows", Expect.RESULTS, List.of("01", COLUMN, OK_END)),
                new Answer("binary rows", Expect.RESULTS, List.of("01", COLUMN, "000001", "000002", OK_END)),
                new Answer("ERR among rows", Expect.RESULTS, List.of("01", COLUMN, ROW, ERR)),
                new Answer("results", Expect.RESULTS, List.of("01", COLUMN, ROW, OK_END_MORE, OK_MORE, ERR)),
                new Answer("cursor", Expect.RESULTS, List.of("01", COLUMN, "fe000042000000")),
                new Answer("fetch", Expect.ROWS, List.of("000001", "fe000082000000")),
                new Answer("fetch that ends by EOF", Expect.ROWS, List.of("000001", "000002", EOF_LAST)),
                new Answer("prepared, nothing", Expect.PREPARED, List.of(PREPARED_NONE)),
                new Answer("prepared", Expect.PREPARED, List.of(PREPARED_2_1, COLUMN, COLUMN, COLUMN)),
                new Answer("fields", Expect.FIELDS, List.of(COLUMN, COLUMN, OK_END)));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void findsTheEndInOnePiece(Answer answer) {
        ResponseTracker tracker = tracker(answer);
        ByteBuf whole = packets(answer.packets());
        int length = whole.readableBytes();
        whole.writeBytes(packets(List.of(OK)));
        assertThat(tracker.advance(whole)).isTrue();
        assertThat(tracker.done()).isTrue();
        assertThat(whole.readerIndex()).isEqualTo(length);
    }

    @ParameterizedTest
    @MethodSource("answers")
    void findsTheEndInSingleBytes(Answer answer) {
        ResponseTracker tracker = tracker(answer);
        ByteBuf whole = packets(answer.packets());
        while (whole.readableBytes() > 1) {
            ByteBuf one = whole.readSlice(1);
            assertThat(tracker.advance(one)).isFalse();
            assertThat(one.isReadable()).isFalse();
        }
        assertThat(tracker.advance(whole)).isTrue();
        assertThat(tracker.done()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("answers")
    void findsTheEndWhereverItIsCut(Answer answer) {
        int length = packets(answer.packets()).readableBytes();
        for (int cut = 1; cut < length; cut++) {
            ResponseTracker tracker = tracker(answer);
            ByteBuf whole = packets(answer.packets());
            assertThat(tracker.advance(whole.readSlice(cut))).isFalse();
            assertThat(tracker.advance(whole)).isTrue();
        }
    }

    @Test
    void takesARowOf16MegabytesForARow() {
        ResponseTracker tracker = new ResponseTracker();
        tracker.expect(Expect.RESULTS);
        assertThat(tracker.advance(packets(List.of("01", COLUMN)))).isFalse();
        // A value of 16 MB begins with FE, and fills its packet; the next packet goes on with it, whatever it begins
        // with.
        ByteBuf row = Unpooled.buffer(Packets.MAX_PAYLOAD + 20);
        row.writeMediumLE(Packets.MAX_PAYLOAD).writeByte(3).writeByte(0xfe).writeZero(Packets.MAX_PAYLOAD - 1);
        row.writeMediumLE(5).writeByte(4).writeByte(0xfe).writeZero(4);
        assertThat(tracker.advance(row)).isFalse();
        assertThat(tracker.rows()).isEqualTo(1);
        assertThat(tracker.advance(packets(List.of(OK_END)))).isTrue();
        row.release();
    }

    @Test
    void knowsAnErrorOnlyWhenItIsWhole() {
        ResponseTracker tracker = new ResponseTracker();
        tracker.expect(Expect.RESULTS);
        ByteBuf bytes = packets(List.of(ERR));
        while (bytes.readableBytes() > 1) {
            tracker.advance(bytes.readSlice(1));
            assertThat(tracker.known()).isFalse();
        }
        tracker.advance(bytes);
        assertThat(tracker.known()).isTrue();
        assertThat(tracker.error()).isNotNull();
    }

    @Test
    void waitsForTheClientsFile() {
        ResponseTracker tracker = new ResponseTracker();
        tracker.expect(Expect.RESULTS);
        assertThat(tracker.advance(packets(List.of("fb6162")))).isTrue();
        assertThat(tracker.awaitsFile()).isTrue();
        assertThat(tracker.done()).isFalse();
        tracker.fileSent();
        assertThat(tracker.advance(packets(List.of(OK)))).isTrue();
        assertThat(tracker.done()).isTrue();
    }

    @Test
    void tellsWhatTheAnswerSays() {
        ResponseTracker tracker = new ResponseTracker();
        tracker.expect(Expect.RESULTS);
        // 1 row, id 5, in transaction with changes, 3 warnings, info "", schema "db".
        assertThat(tracker.advance(packets(List.of("000105" + "0140" + "0300" + "00" + "05" + "0103026462"))))
                .isTrue();
        assertThat(tracker.status()).isEqualTo(StatusFlags.IN_TRANS | StatusFlags.SESSION_STATE_CHANGED);
        assertThat(tracker.lastInsertId()).isEqualTo(5);
        assertThat(tracker.warnings()).isEqualTo(3);
        assertThat(tracker.schema()).isEqualTo("db");

        tracker.expect(Expect.RESULTS);
        assertThat(tracker.advance(packets(List.of(ERR)))).isTrue();
        assertThat(tracker.error()).isEqualTo(new ErrPacket(1064, "42000", "no"));
        assertThat(tracker.hasStatus()).isFalse();

        tracker.expect(Expect.PREPARED);
        assertThat(tracker.advance(packets(List.of(PREPARED_NONE)))).isTrue();
        assertThat(tracker.statementId()).isEqualTo(7);
    }

    @Test
    void takesAStatusOfNoFlagsForAStatus() {
        ResponseTracker tracker = new ResponseTracker();
        tracker.expect(Expect.RESULTS);
        assertThat(tracker.advance(packets(List.of("00000000000000")))).isTrue();
        assertThat(tracker.hasStatus()).isTrue();
        assertThat(tracker.status()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "fe",
                "ff",
                "ff01",
                "fc",
                "fd0000",
                "feffffffffffffffff",
                "00fb000200",
                "000000024000000001"
            })
    void refusesWhatIsNoAnswer(String packet) {
        ResponseTracker tracker = new ResponseTracker();
        tracker.expect(Expect.RESULTS);
        assertThatThrownBy(() -> tracker.advance(packets(List.of(packet))))
                .isInstanceOf(MalformedPacketException.class);
    }

    @Test
    void refusesToKeepALongPacketForInspection() {
        ResponseTracker tracker = new ResponseTracker();
        tracker.expect(Expect.RESULTS);
        ByteBuf header = Unpooled.buffer().writeMediumLE(0xff_fffe).writeByte(1).writeByte(0);
        assertThatThrownBy(() -> tracker.advance(header)).isInstanceOf(MalformedPacketException.class);
    }

    private static ResponseTracker tracker(Answer answer) {
        ResponseTracker tracker = new ResponseTracker();
        tracker.expect(answer.expect());
        return tracker;
    }

    private static ByteBuf packets(List<String> payloads) {
        ByteBuf out = Unpooled.buffer();
        int sequence = 1;
        for (String payload : payloads) {
            byte[] bytes = ByteBufUtil.decodeHexDump(payload);
            out.writeMediumLE(bytes.length).writeByte(sequence++).writeBytes(bytes);
        }
        return out;
    }
}
