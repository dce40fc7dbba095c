package com.foobar.dbrouter.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraitTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            SELECT 1                                                     |
            UPDATE t SET a = 1                                           |
            UPDATE t SET a = CONCAT(a, 'ROW_COUNT()')                    |
            INSERT INTO t VALUES (1)                                     | MAY_GIVE_ID
            INSERT INTO job_errors (job, n) VALUES (1, VALUES(n))        | MAY_GIVE_ID
            INSERT INTO db.t (a) VALUES (1) AS new (m) ON DUPLICATE KEY UPDATE a = m | MAY_GIVE_ID
            INSERT t (a) VALUE (1)                                       | MAY_GIVE_ID
            REPLACE t (a) SELECT b FROM u                                | MAY_GIVE_ID
            INSERT INTO t (a) VALUES (f())                               | MAY_GIVE_ID MAY_LEAVE_ANYTHING
            INSERT INTO t SET a = f()                                    | MAY_GIVE_ID MAY_LEAVE_ANYTHING
            INSERT INTO t (a) SELECT f()                                 | MAY_GIVE_ID MAY_LEAVE_ANYTHING
            UPDATE t SET a = f(1)                                        | MAY_LEAVE_ANYTHING
            DELETE FROM t WHERE f(a)                                     | MAY_LEAVE_ANYTHING
            SELECT IS_FREE_LOCK('a'), f()                                | MAY_LEAVE_ANYTHING
            DO f()                                                       | MAY_GIVE_ID MAY_LEAVE_ANYTHING
            CREATE TABLE t (a INT, KEY k (a))                            | MAY_GIVE_ID
            CREATE TABLE t (a TEXT CHARACTER SET ascii, KEY `row_count` (a)) | MAY_GIVE_ID
            CREATE TABLE t (a INT REFERENCES u(a) ON DELETE SET NULL, KEY `row_count` (a)) | MAY_GIVE_ID
            CREATE TABLE t (a INT) AS SELECT f()                         | MAY_GIVE_ID MAY_LEAVE_ANYTHING
            ALTER TABLE t ADD KEY k (a)                                  | MAY_GIVE_ID
            CALL p()                                                     | MAY_GIVE_ID MAY_LEAVE_ANYTHING
            EXECUTE s                                                    | MAY_GIVE_ID
            SELECT ROW_COUNT()                                           | ASKS_ROW_COUNT ONLY_ASKS
            SELECT FOUND_ROWS() FROM DUAL                                | ASKS_FOUND_ROWS ONLY_ASKS
            SELECT FOUND_ROWS(), a FROM t                                | ASKS_FOUND_ROWS
            SELECT ROW_COUNT() INTO @a                                   | ASKS_ROW_COUNT
            SELECT ROW_COUNT(), f()                                      | ASKS_ROW_COUNT MAY_LEAVE_ANYTHING
            SET @n = FOUND_ROWS()                                        | ASKS_FOUND_ROWS
            SHOW WARNINGS                                                | ASKS_DIAGNOSTICS ONLY_ASKS
            SELECT @@warning_count                                       | ASKS_DIAGNOSTICS ONLY_ASKS
            SELECT @@warning_count, @@server_id                          | ASKS_DIAGNOSTICS
            SELECT @@last_gtid                                           | ASKS_LAST_GTID ONLY_ASKS
            SELECT @@session.LAST_GTID, a FROM t                         | ASKS_LAST_GTID
            GET DIAGNOSTICS @n = ROW_COUNT                               | ASKS_DIAGNOSTICS
            SELECT LAST_INSERT_ID()                                      | ASKS_INSERT_ID MAY_GIVE_ID ONLY_ASKS
            UPDATE t SET a = LAST_INSERT_ID(a + 1)                       | ASKS_INSERT_ID MAY_GIVE_ID
            SET last_insert_id = 5                                       | ASKS_INSERT_ID MAY_GIVE_ID
            SET @@identity = 5                                           | ASKS_INSERT_ID MAY_GIVE_ID
            INSERT INTO t VALUES (1); SELECT ROW_COUNT()                 | MAY_GIVE_ID
            INSERT INTO t VALUES (1); SELECT a FROM t WHERE ROW_COUNT() = 1 AND id = LAST_INSERT_ID() | ASKS_INSERT_ID MAY_GIVE_ID
            SELECT ROW_COUNT(); SELECT ROW_COUNT()                       | ASKS_ROW_COUNT
            SELECT CONNECTION_ID()                                       | ASKS_CONNECTION_ID
            SELECT `connection_id`()                                     | ASKS_CONNECTION_ID
            SELECT @@session.`pseudo_thread_id`                          | ASKS_CONNECTION_ID
            SELECT @@session . pseudo_thread_id                          | ASKS_CONNECTION_ID
            SELECT `last_insert_id`()                                    | ASKS_INSERT_ID MAY_GIVE_ID ONLY_ASKS
            SELECT @@session.`last_insert_id`                            | ASKS_INSERT_ID MAY_GIVE_ID
            SET @@session.`last_insert_id` = 5                           | ASKS_INSERT_ID MAY_GIVE_ID
            SELECT `found_rows`()                                        | ASKS_FOUND_ROWS ONLY_ASKS
            SELECT `row_count`()                                         | ASKS_ROW_COUNT MAY_LEAVE_ANYTHING ONLY_ASKS
            SELECT `get_lock`('a', 1)                                    |
            SELECT `in`(1)                                               | MAY_LEAVE_ANYTHING
            SELECT ROW_COUNT(), (TABLE t)                                | ASKS_ROW_COUNT
            SELECT ROW_COUNT(), @@sql_mode                               | ASKS_ROW_COUNT
            SELECT @@sql_mode, ROW_COUNT()                               | ASKS_ROW_COUNT
            """)
    void saysWhatStatementsAskAndMayDo(String sql, String traits) {
        Set<Trait> expected = traits == null
                ? Set.of()
                : Arrays.stream(traits.split(" ")).map(Trait::valueOf).collect(Collectors.toSet());

        assertThat(classify(sql).traits()).isEqualTo(expected);
    }

    /** By what its answer tells, and by what it leaves behind. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "USE foobar",
                "use `foobar`;",
                "SET NAMES utf8mb4 COLLATE utf8mb4_bin",
                "SET CHARACTER SET DEFAULT",
                "SET character_set_results = NULL",
                "SET autocommit=1",
                "SET @@session.autocommit = ON, time_zone = '+00:00'",
                "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED, READ ONLY",
                "SET transaction_read_only = 1",
                "SET sql_auto_is_null = 0",
                "SET max_execution_time = 1000",
                "SET sql_mode = CONCAT(@@sql_mode, ',STRICT_TRANS_TABLES')",
                // MariaDB Connector/J 3.5
                "set autocommit=1,sql_mode=CONCAT(@@sql_mode,',STRICT_TRANS_TABLES'),"
                        + "session_track_system_variables=CONCAT('autocommit',IF(LOCATE('*',@@session_track_system_variables)"
                        + ">0 OR FIND_IN_SET('b',LOWER(REPLACE(@@session_track_system_variables,' ','')))>0,',b','')),"
                        + "session_track_schema=1,NAMES utf8mb4",
                "SELECT @@time_zone, @@system_time_zone",
                "SELECT @@auto_increment_increment",
                // MySQL Connector/J 9.7
                "/* mysql-connector-j-9.7.0 (Revision: 1) */SELECT  @@session.auto_increment_increment AS"
                        + " auto_increment_increment, @@character_set_client AS character_set_client,"
                        + " @@character_set_connection AS character_set_connection, @@character_set_results AS"
                        + " character_set_results, @@character_set_server AS character_set_server, @@collation_server AS"
                        + " collation_server, @@collation_connection AS collation_connection, @@init_connect AS"
                        + " init_connect, @@interactive_timeout AS interactive_timeout, @@license AS license,"
                        + " @@lower_case_table_names AS lower_case_table_names, @@max_allowed_packet AS"
                        + " max_allowed_packet, @@net_write_timeout AS net_write_timeout, @@performance_schema AS"
                        + " performance_schema, @@sql_mode AS sql_mode, @@system_time_zone AS system_time_zone,"
                        + " @@time_zone AS time_zone, @@transaction_isolation AS transaction_isolation,"
                        + " @@wait_timeout AS wait_timeout",
                "SELECT @@session.autocommit",
                "SELECT @@LOCAL.SQL_MODE FROM DUAL",
                "SELECT @@version_comment LIMIT 1",
                "SELECT IF(@@sql_mode = '', 1, NOW())",
                "/* router:consistency=eventual */ SELECT @@tx_isolation",
            })
    void knowsWhatNeedsNoData(String sql) {
        assertThat(classify(sql).traits()).containsExactly(Trait.NEEDS_NO_DATA);
        assertThat(classify(sql).mayTellData()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "USE foobar; SELECT 1",
                "SET autocommit=0",
                "SET autocommit=DEFAULT",
                "SET autocommit=1 AND 0",
                "SET NAMES utf8mb4, autocommit=0",
                "SET GLOBAL max_connections=10",
                "SET time_zone='+00:00', GLOBAL max_connections=10",
                "SET PERSIST sql_mode=''",
                "SET @x=1",
                "SET time_zone=@x",
                "SET sql_mode=(SELECT a FROM t)",
                "SET sql_mode=f()",
                "SET sql_mode=?",
                "SET sql_log_bin=0",
                "SET gtid_next='AUTOMATIC'",
                "SET timestamp=1",
                "SET TRANSACTION READ ONLY",
                "SET @@transaction_isolation='SERIALIZABLE'",
                "SET sql_auto_is_null=1",
                "SET ROLE reader",
                "SET DEFAULT ROLE reader TO u",
                "SET PASSWORD='a'",
                "SET STATEMENT max_statement_time=1 FOR SELECT 1",
                "SET NAMES utf8mb4 /*M!100000 COLLATE utf8mb4_bin */",
                "/*!40101 SET NAMES utf8mb4 */",
                "SET NAMES utf8mb4; SET NAMES latin1",
                "SET foo bar",
                "SELECT @@global.gtid_binlog_pos",
                "SELECT @@gtid_executed",
                "SELECT @@global.sql_mode",
                "SELECT @@read_only",
                "SELECT @@server_id",
                "SELECT @@hostname",
                "SELECT @@pseudo_thread_id",
                "SELECT @@key_cache.sql_mode",
                "SELECT @@sql_mode, @@last_insert_id",
                "SELECT @@sql_mode, @@warning_count",
                "SELECT @@sql_mode, @x",
                "SELECT @@sql_mode INTO @x",
                "SELECT @@sql_mode, f()",
                "SELECT @@sql_mode, GET_LOCK('a', 1)",
                "SELECT @@sql_mode, LASTVAL(s)",
                "SELECT @@sql_mode FROM t",
                "SELECT a, @@sql_mode FROM t",
                "SELECT @@sql_mode, (SELECT MAX(a) FROM t)",
                "SELECT @@sql_mode, (TABLE t)",
                "SELECT @@sql_mode UNION ALL TABLE t",
                "WITH c AS (TABLE t) SELECT @@sql_mode",
                "SELECT @@sql_mode /*! , 1 */",
                "SELECT @@sql_mode; SELECT @@sql_mode",
                "SHOW TABLES WHERE @@sql_mode = ''",
                "EXPLAIN SELECT @@sql_mode",
                "SHOW VARIABLES LIKE 'sql_mode'",
                "/* router:replica */ SELECT @@sql_mode",
                "SELECT 1",
            })
    void knowsWhatMayNeedData(String sql) {
        assertThat(classify(sql).traits()).doesNotContain(Trait.NEEDS_NO_DATA);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            INSERT INTO t VALUES (1)                | true
            UPDATE t SET a = 1                      | true
            DROP TABLE t                            | true
            CALL p()                                | false
            INSERT INTO t VALUES (f())              | false
            INSERT INTO t VALUES (GET_LOCK('a', 1)) | false
            BEGIN NOT ATOMIC INSERT INTO t VALUES (1); END | false
            DELETE FROM t; DELETE FROM u            | false
            EXECUTE s                               | false
            """)
    void tellsWhatIsDoneWholeOrNotAtAll(String sql, boolean is) {
        assertThat(classify(sql).isAllOrNothing()).isEqualTo(is);
    }

    private static Classification classify(String sql) {
        return StatementClassifier.classify(Unpooled.copiedBuffer(sql, StandardCharsets.UTF_8), LexicalMode.DEFAULT);
    }
}
