package com.foobar.dbrouter.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import com.foobar.dbrouter.pool.SessionState;
import com.foobar.dbrouter.protocol.StatusFlags;
import com.foobar.dbrouter.routing.Classification;
import com.foobar.dbrouter.routing.ClassificationCache;
import com.foobar.dbrouter.routing.PinReason;
import com.foobar.dbrouter.routing.RouteReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatementTextTest {
    /** What MariaDB's JDBC driver sends first on each connection. */
    private static final String MARIADB_CONNECTOR =
            "set session_track_system_variables=CONCAT('autocommit,character_set_client,"
                    + "character_set_connection,character_set_results,time_zone,tx_isolation,redirect_url',IF(LOCATE('*',"
                    + "@@session_track_system_variables)>0 OR FIND_IN_SET('last_gtid',LOWER(REPLACE(@@session_track_system_variables,"
                    + "' ','')))>0,',last_gtid','')),session_track_schema=1,sql_mode=CONCAT(@@sql_mode,',STRICT_TRANS_TABLES')";

    /** To a server with ANSI_QUOTES the lock is in a comment, to others behind a string. */
    private static final String ANSI_NAME = "SELECT \"\\\" FROM t -- \" FOR UPDATE";

    /** The second byte of a character of gbk is a backslash, which escapes nothing. */
    private static final byte[] GBK = {'S', 'E', 'L', 'E', 'C', 'T', ' ', '\'', (byte) 0x81, 0x5c, '\''};

    private final StatementText text = new StatementText(new ClassificationCache(16), () -> 45);

    @Test
    void readsDoubleQuotesAsTheSqlModeSays() {
        assertThat(isRead("SELECT \"a\"\" FOR UPDATE\"")).isTrue();
        assertThat(isRead("SELECT \"a\\\" FOR UPDATE -- \"")).isTrue();

        set("SET sql_mode = 'STRICT_TRANS_TABLES,ANSI_QUOTES'");

        assertThat(isRead("SELECT \"a\\\" FROM t FOR UPDATE -- \"")).isFalse();
        assertThat(isRead("SELECT \"a\"\" FOR UPDATE\" FROM t")).isTrue();

        set("SET SESSION sql_mode = ''");

        assertThat(isRead("SELECT \"a\\\" FOR UPDATE -- \"")).isTrue();
        assertThat(isRead("SELECT \"\\\"\" FROM t FOR UPDATE -- \"")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES')",
                "SET sql_mode = 4",
                "SET sql_mode = @mode",
                "SET sql_mode = (SELECT mode FROM modes)",
                "SET time_zone = '+00:00', sql_mode = 'ANSI'",
                "SET sql_mode = CONCAT('AN', 'SI_QUOTES')",
                "SET sql_mode = REPLACE('ANXSI_QUOTES', 'X', '')",
                "SET sql_mode = REPLACE(@@sql_mode, 'ONLY_FULL_GROUP_BY', 'AN\\SI_QUOTES')",
                "SET sql_mode = 'AN' 'SI_QUOTES'",
                "SET sql_mode = 'AN' /* , */ 'SI_QUOTES'",
                "SET sql_mode = 'AN\\SI_QUOTES'",
                "SET sql_mode = CONCAT(@@sql_mode, ',AN', 'SI_QUOTES')",
                "SET @@session./* sql_mode = '', */sql_mode = LOWER('AN' 'SI')",
                "SET time_zone = 'sql_mode', sql_mode = LOWER('AN' 'SI_QUOTES')",
            })
    void isCertainOfNoDoubleQuoteWhereTheModeIsNotPlain(String set) {
        set(set);
        assertThat(isRead("SELECT \"a\"")).isFalse();
        assertThat(isRead("SELECT 'a'")).isTrue();
        set("SET sql_mode = 'STRICT_TRANS_TABLES'");
        assertThat(isRead("SELECT \"a\"")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET sql_mode = CONCAT(@@sql_mode, ',STRICT_TRANS_TABLES')",
                "SET time_zone = '+00:00', sql_mode = 'STRICT_TRANS_TABLES'",
                "SET session_track_schema=1, sql_mode=concat(@@sql_mode,',STRICT_TRANS_TABLES')",
                MARIADB_CONNECTOR,
                "SET sql_mode = REPLACE(@@sql_mode, 'ONLY_FULL_GROUP_BY', '')",
                "SET sql_mode = '', time_zone = '+00:00' /* of a pool */",
                "SET @@SESSION.sql_mode = DEFAULT",
                "SET NAMES utf8mb4",
            })
    void isAsCertainAsBeforeWhereNothingConcernsQuotes(String set) {
        set(set);
        assertThat(isRead("SELECT \"a\"")).isTrue();
    }

    @Test
    void followsWhatTheServerSaysOfBackslashes() {
        ByteBuf sql = Unpooled.copiedBuffer("SELECT 'a\\' FROM t FOR UPDATE -- '", StandardCharsets.UTF_8);
        assertThat(text.classify(sql, StatusFlags.AUTOCOMMIT).isRead()).isTrue();
        assertThat(text.classify(sql, StatusFlags.AUTOCOMMIT | StatusFlags.NO_BACKSLASH_ESCAPES)
                        .isRead())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET NAMES gbk",
                "SET CHARACTER SET big5",
                "SET character_set_client = sjis",
                "SET NAMES cp932",
                "SET character_set_client = 28",
                "SET character_set_client = CONCAT('gb', 'k')",
                "SET NAMES 'gb\\k'",
                "SET character_set_client = @@character_set_results",
            })
    void isCertainOfNoWideCharacterOfSomeSets(String set) {
        set(set);
        assertThat(isRead(GBK)).isFalse();
        assertThat(isRead("SELECT 'a'")).isTrue();
        set("SET NAMES utf8mb4");
        assertThat(isRead("SELECT 'é'")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 13, 28, 84, 87, 88, 95, 96, 248, 1052})
    void knowsThoseSetsByTheCollationOfTheHandshake(int collation) {
        StatementText ofHandshake = new StatementText(new ClassificationCache(16), () -> collation);
        assertThat(ofHandshake
                        .classify(Unpooled.wrappedBuffer(GBK), StatusFlags.AUTOCOMMIT)
                        .isRead())
                .isFalse();
    }

    @Test
    void startsOverAsTheSessionDoes() {
        set("SET sql_mode = 4");
        set("SET NAMES gbk");
        text.startOver();
        assertThat(isRead("SELECT \"é\"")).isTrue();
    }

    @Test
    void readsNoBackslashInAName() {
        assertThat(isRead(ANSI_NAME)).isFalse();
        set("SET sql_mode = 'ANSI_QUOTES'");
        assertThat(isRead(ANSI_NAME)).isTrue();
    }

    /** Its value is not looked into where it is long: what it may have changed is not certain any more. */
    @ParameterizedTest
    @CsvSource({
        "SET%s time_zone='+00:00', true",
        "SET @text='%s', true",
        "SET sql_mode=DEFAULT /*%s*/, false",
        "SET%s sql_mode='' -- SET, false",
        "SET NAMES%s gbk, false"
    })
    void takesNoTimeForALongOne(String set, boolean certain) {
        String sql = set.formatted(" ".repeat(1 << 20));
        assertTimeout(Duration.ofSeconds(1), () -> set(sql));
        assertThat(isRead("SELECT \"a\"")).isEqualTo(certain);
        assertThat(isRead("SELECT 'é'")).isEqualTo(certain);
        assertThat(isRead("SELECT 'a'")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET cache.key_buffer_size = 1, sql_mode = 'ANSI_QUOTES'",
                "SET time_zone = '+00:00', cache.key_buffer_size = 1, NAMES gbk",
            })
    void isCertainOfNothingBehindWhatItDoesNotUnderstand(String set) {
        set(set);
        assertThat(isRead("SELECT \"a\"")).isFalse();
        assertThat(isRead(GBK)).isFalse();
        assertThat(isRead("SELECT 'a'")).isTrue();
    }

    @Test
    void keepsABoundedNumberOfAssignments() {
        Classification many = classify(("SET @a=1" + ",@a=1".repeat(100_000)).getBytes(StandardCharsets.UTF_8));
        assertThat(many.assignments()).hasSize(1000);
        assertThat(many.pins()).contains(PinReason.SESSION_VARIABLE);
        assertThat(many.reason()).isEqualTo(RouteReason.UNCERTAIN_TEXT);
    }

    private void set(String sql) {
        text.wasSet(
                classify(sql.getBytes(StandardCharsets.UTF_8)),
                sql.length() > SessionState.LONGEST_SETTING ? null : sql);
    }

    private boolean isRead(String sql) {
        return isRead(sql.getBytes(StandardCharsets.UTF_8));
    }

    private boolean isRead(byte[] sql) {
        return classify(sql).isRead();
    }

    private Classification classify(byte[] sql) {
        return text.classify(Unpooled.wrappedBuffer(sql), StatusFlags.AUTOCOMMIT);
    }
}
