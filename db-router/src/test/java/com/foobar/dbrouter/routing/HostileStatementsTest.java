package com.foobar.dbrouter.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class HostileStatementsTest {

    private static final List<LexicalMode> MODES = List.of(
            LexicalMode.DEFAULT,
            new LexicalMode(true, false, false),
            new LexicalMode(false, true, false),
            new LexicalMode(true, true, true));

    @Test
    void neverThrowsForRandomBytes() {
        Random random = new Random(42);
        for (int i = 0; i < 50_000; i++) {
            byte[] bytes = new byte[random.nextInt(60)];
            random.nextBytes(bytes);
            ByteBuf sql = Unpooled.wrappedBuffer(bytes);

            Classification classification = StatementClassifier.classify(sql, MODES.get(i % MODES.size()));

            assertThat(classification).isNotNull();
            assertThat(sql.readableBytes()).isEqualTo(bytes.length);
        }
    }

    @Test
    void neverThrowsForRandomTokens() {
        String[] tokens = {
            "SELECT", "(", ")", ",", ";", "'", "\"", "`", "/*", "*/", "/*!", "--", "#", "\n", "@", "@@", ":=", "=", ".",
            "SET", "WITH", "AS", "FOR", "UPDATE", "INTO", "x", "1", "\\", "\0", "é", "BEGIN", "SHOW", "names", "$$",
            " ", "GLOBAL"
        };
        Random random = new Random(7);
        for (int i = 0; i < 50_000; i++) {
            StringBuilder sql = new StringBuilder();
            for (int j = random.nextInt(20); j > 0; j--) {
                sql.append(tokens[random.nextInt(tokens.length)]).append(random.nextBoolean() ? " " : "");
            }
            assertThat(classify(sql.toString(), MODES.get(i % MODES.size()))).isNotNull();
        }
    }

    @Test
    void aPrefixOfALockingReadIsNeverAReadThatHidesTheLock() {
        // Whatever stands between, the words at the end are seen unless a comment or a string swallows them.
        for (String middle : List.of(
                "''", "'a''b'", "\"x\"", "`y`", "/* c */", "-- c\n", "# c\n", "/**/", "1.5e3", "a.b", "1.", "0x1F",
                "1FROM", "t.1e5")) {
            assertThat(classify("SELECT " + middle + " FROM t FOR UPDATE", LexicalMode.DEFAULT)
                            .isRead())
                    .as(middle)
                    .isFalse();
        }
    }

    /** Also without a blank: servers end a number with a point or an exponent there. */
    @Test
    void noNumberHidesTheLockBehindIt() {
        for (String number :
                List.of("1.", ".5", "1.5", "1e5", "1E+5", "1e-5", "1.e5", "1.5e3", ".5e-3", "00.0", "0e0")) {
            for (String lock : List.of("FOR UPDATE", "FOR SHARE", "LOCK IN SHARE MODE")) {
                String sql = "SELECT * FROM t WHERE id=" + number + lock;
                assertThat(classify(sql, LexicalMode.DEFAULT).reason()).as(sql).isEqualTo(RouteReason.LOCKING_READ);
            }
            String into = "SELECT " + number + "INTO @x";
            assertThat(classify(into, LexicalMode.DEFAULT).pins()).as(into).containsExactly(PinReason.USER_VARIABLE);
        }
    }

    @Test
    void takesLinearTimeForLongStatements() {
        List<String> units = List.of(
                "(", "a,", "'x',", "/**/", "-- x\n", "`a`.", "@x ", "/*!1 */", "\"", "f(", ";", "WITH ", "é", "1.e1");
        for (String unit : units) {
            ByteBuf sql =
                    Unpooled.copiedBuffer("SELECT " + unit.repeat(1_000_000 / unit.length()), StandardCharsets.UTF_8);
            Assertions.assertTimeout(
                    Duration.ofSeconds(3), () -> StatementClassifier.classify(sql, LexicalMode.DEFAULT), unit);
        }
    }

    @Test
    void followsTheQuotingOfTheSession() {
        LexicalMode ansi = LexicalMode.of("REAL_AS_FLOAT,ANSI_QUOTES", "utf8mb4");
        LexicalMode noBackslash = LexicalMode.of("NO_BACKSLASH_ESCAPES", "utf8mb4");

        assertThat(classify("SELECT 'a\\' FROM t FOR UPDATE -- '", LexicalMode.DEFAULT)
                        .reason())
                .isEqualTo(RouteReason.READ);
        assertThat(classify("SELECT 'a\\' FROM t FOR UPDATE -- '", noBackslash).reason())
                .isEqualTo(RouteReason.LOCKING_READ);
        assertThat(classify("SELECT \"a\\\" FROM t FOR UPDATE -- \"", LexicalMode.DEFAULT)
                        .reason())
                .isEqualTo(RouteReason.READ);
        assertThat(classify("SELECT \"a\\\" FROM t FOR UPDATE -- \"", ansi).reason())
                .isEqualTo(RouteReason.LOCKING_READ);
        assertThat(classify("SELECT \"performance_schema\".x", ansi).reason()).isEqualTo(RouteReason.SERVER_STATE);
    }

    @Test
    void trustsNoForeignBytesInCharacterSetsThatHideAscii() {
        LexicalMode gbk = LexicalMode.of("", "gbk");
        ByteBuf sql = Unpooled.buffer();
        sql.writeCharSequence("SELECT '", StandardCharsets.US_ASCII);
        // One character in GBK whose second byte is a backslash; the quote behind it ends the string there.
        sql.writeByte(0xBF).writeByte('\\');
        sql.writeCharSequence("' FROM t FOR UPDATE -- '", StandardCharsets.US_ASCII);

        assertThat(StatementClassifier.classify(sql, LexicalMode.DEFAULT).isRead())
                .isTrue();
        assertThat(StatementClassifier.classify(sql, gbk).reason()).isEqualTo(RouteReason.UNCERTAIN_TEXT);
        assertThat(classify("SELECT 1", gbk).isRead()).isTrue();
    }

    private static Classification classify(String sql, LexicalMode mode) {
        return StatementClassifier.classify(Unpooled.copiedBuffer(sql, StandardCharsets.UTF_8), mode);
    }
}
