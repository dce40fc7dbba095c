package com.foobar.dbrouter.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionIdTextTest {
    private static final String ID = "CAST(7 AS UNSIGNED)";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT CONNECTION_ID() | SELECT # AS `CONNECTION_ID()`",
                "select connection_id ( ) from dual; | select # AS `connection_id ( )` from dual;",
                "SELECT 1, CONNECTION_ID(), 2 | SELECT 1, # AS `CONNECTION_ID()`, 2",
                "SELECT DISTINCT CONNECTION_ID() UNION SELECT 5 | SELECT DISTINCT # AS `CONNECTION_ID()` UNION SELECT 5",
                "SELECT CONNECTION_ID() id | SELECT # id",
                "SELECT CONNECTION_ID() AS connection_id | SELECT # AS connection_id",
                "SELECT CONNECTION_ID() + 1 | SELECT # + 1",
                "SELECT 1 + CONNECTION_ID() | SELECT 1 + #",
                "SELECT CONCAT('a', CONNECTION_ID(), 'b') | SELECT CONCAT('a', #, 'b')",
                "SELECT a FROM t ORDER BY CONNECTION_ID(), a | SELECT a FROM t ORDER BY #, a",
                "SELECT a FROM t WHERE owner = CONNECTION_ID() | SELECT a FROM t WHERE owner = #",
                "SELECT x.`CONNECTION_ID()` FROM (SELECT CONNECTION_ID()) x | SELECT x.`CONNECTION_ID()` FROM (SELECT # AS `CONNECTION_ID()`) x",
                "SELECT a, (SELECT CONNECTION_ID()), b FROM t | SELECT a, (SELECT # AS `CONNECTION_ID()`), b FROM t",
                "INSERT INTO t (a) VALUES (CONNECTION_ID()) | INSERT INTO t (a) VALUES (#)",
                "UPDATE t SET a = CONNECTION_ID(), b = 1 | UPDATE t SET a = #, b = 1",
                "SET @me = CONNECTION_ID() | SET @me = #",
                "SELECT @@pseudo_thread_id | SELECT # AS `@@pseudo_thread_id`",
                "SELECT @@session.pseudo_thread_id, 1 | SELECT # AS `@@session.pseudo_thread_id`, 1",
                "SELECT `connection_id`() | SELECT # AS ```connection_id``()`",
                "SELECT 1 + `connection_id` ( ) | SELECT 1 + #",
                "SELECT @@`pseudo_thread_id` | SELECT # AS `@@``pseudo_thread_id```",
                "SELECT @@session.`pseudo_thread_id`, 1 | SELECT # AS `@@session.``pseudo_thread_id```, 1",
                "SELECT @@session . pseudo_thread_id + 1 | SELECT # + 1",
                "SET @me = @@pseudo_thread_id, @you = CONCAT(1, @@local.pseudo_thread_id) | SET @me = #, @you = CONCAT(1, #)",
                "SET @@pseudo_thread_id = @@pseudo_thread_id + 1 | SET @@pseudo_thread_id = # + 1",
                "SET STATEMENT max_statement_time = 1 FOR SELECT 1, @@pseudo_thread_id = 5 | SET STATEMENT max_statement_time = 1 FOR SELECT 1, # = 5",
                "SELECT 1; SELECT CONNECTION_ID(); | SELECT 1; SELECT # AS `CONNECTION_ID()`;",
                "/* CONNECTION_ID() */ SELECT 'CONNECTION_ID()', CONNECTION_ID() | /* CONNECTION_ID() */ SELECT 'CONNECTION_ID()', # AS `CONNECTION_ID()`",
            })
    void putsTheIdInItsPlace(String sql, String expected) {
        assertThat(replaced(sql)).isEqualTo(expected.replace("#", ID));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT connection_id FROM t",
                "SELECT foobar.connection_id()",
                "SELECT foobar.`connection_id`()",
                "SELECT `connection_id` FROM t",
                "SELECT @@session.`sql_mode`",
                "SELECT 'CONNECTION_ID()'",
                "SELECT IS_USED_LOCK('a') = CONNECTION_ID()",
                "SELECT * FROM information_schema.processlist WHERE id = CONNECTION_ID()",
                "SELECT * FROM `performance_schema`.threads WHERE processlist_id = CONNECTION_ID()",
                "CREATE PROCEDURE p() SELECT CONNECTION_ID()",
                "CREATE VIEW v AS SELECT CONNECTION_ID()",
                "ALTER EVENT e DO SELECT CONNECTION_ID()",
                "SET pseudo_thread_id = 5, @@session.pseudo_thread_id = 6",
                "SET @@pseudo_thread_id = 5, @@session . `pseudo_thread_id` := 6",
                "SELECT /*! CONNECTION_ID(), */ CONNECTION_ID()",
                "SELECT CONNECTION_ID() 'no end",
                "SELECT CONNECTION_ID(",
                "SELECT CONNECTION_ID(1)",
            })
    void leavesWhatIsTheServers(String sql) {
        assertThat(replaced(sql)).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "KILL 5 | false | 5",
                "kill query 5; | true | 5",
                "KILL CONNECTION 4294967295 | false | 4294967295",
                "/* mysql-connector */ KILL HARD QUERY 17 -- x | true | 17",
                "KILL CONNECTION_ID() | false | -1",
                "; KILL QUERY CONNECTION_ID() | true | -1",
            })
    void readsKill(String sql, boolean queryOnly, long id) {
        assertThat(KillStatement.read(buffer(sql), LexicalMode.DEFAULT)).isEqualTo(new KillStatement(queryOnly, id));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "KILL",
                "KILL USER foobar_app",
                "KILL QUERY ID 5",
                "KILL @x",
                "KILL 5 + 1",
                "KILL 5; SELECT 1",
                "KILL -1",
                "KILL 0x5",
                "KILL 99999999999999999999",
                "KILL /*! QUERY */ 5",
                "SELECT 1",
            })
    void readsNoOtherKill(String sql) {
        assertThat(KillStatement.read(buffer(sql), LexicalMode.DEFAULT)).isNull();
    }

    private static String replaced(String sql) {
        ByteBuf text = ConnectionIdText.replace(buffer(sql), LexicalMode.DEFAULT, 7);
        return text == null ? null : text.toString(StandardCharsets.UTF_8);
    }

    private static ByteBuf buffer(String sql) {
        return Unpooled.copiedBuffer(sql, StandardCharsets.UTF_8);
    }
}
