package com.foobar.dbrouter.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatementDigestTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    SELECT c FROM t WHERE id=42                    | SELECT c FROM t WHERE id=?
                    SELECT c FROM t WHERE id = ?                   | SELECT c FROM t WHERE id = ?
                    SELECT /* who */ 'a''b', "c\\"d", 0x1F, 1e5     | SELECT ?, ...
                    SELECT * FROM `my table` WHERE n IN (1)        | SELECT * FROM `my table` WHERE n IN (?)
                    SELECT * FROM t WHERE n IN (1,2,3)             | SELECT * FROM t WHERE n IN (?, ...)
                    SELECT * FROM t WHERE n IN (1, 2)              | SELECT * FROM t WHERE n IN (?, ...)
                    INSERT INTO t VALUES (1)                       | INSERT INTO t VALUES (?)
                    INSERT INTO t VALUES (1,2),(3,4),(5,6)         | INSERT INTO t VALUES (?, ...), ...
                    INSERT INTO t (a, b) VALUES (1, 'x')           | INSERT INTO t (a, b) VALUES (?, ...)
                    INSERT INTO t VALUES (1), (a), (2)             | INSERT INTO t VALUES (?), (a), (?)
                    INSERT INTO t VALUES (1, 2), (3, f(4))         | INSERT INTO t VALUES (?, ...), (?, f(?))
                    SELECT f(1), g(2, x), @u, @@version            | SELECT f(?), g(?, x), @u, @@version
                    SET PASSWORD = 'hunter2'                       | SET PASSWORD = ?
                    CREATE USER u IDENTIFIED BY 'hunter2'          | CREATE USER u IDENTIFIED BY ?
                    SELECT 'unterminated                           | SELECT ...
                    SELECT a /* router:primary */ FROM t           | SELECT a FROM t
                    SELECT Ärger FROM t WHERE ß = 'ü'              | SELECT Ärger FROM t WHERE ß = ?
                    """)
    void leavesOutValues(String sql, String digest) {
        assertThat(text(sql)).isEqualTo(digest);
    }

    @Test
    void isOneForStatementsThatDifferInValuesCaseAndBlanks() {
        assertThat(hash("select  c\nfrom T where id=7 /* x */"))
                .isEqualTo(hash("SELECT c FROM t WHERE id = 'abc'"))
                .isNotEqualTo(hash("SELECT d FROM t WHERE id = 7"))
                .isNotEqualTo(hash("SELECT c FROM t WHERE id > 7"));
        assertThat(hash("INSERT INTO t VALUES (1,2),(3,4)")).isEqualTo(hash("INSERT INTO t VALUES (1,2),(3,4),(5,6)"));
        assertThat(hash("SELECT 1 IN (1)")).isNotEqualTo(hash("SELECT 1 IN (1, 2)"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 'SECRET'",
                "SELECT \"SECRET\"",
                "SELECT 'a' 'SECRET'",
                "SELECT 'it\\'s SECRET'",
                "SELECT N'SECRET', _utf8mb4'SECRET', x'53', b'1', DATE'SECRET'",
                "/* SECRET */ SELECT 1 -- SECRET",
                "SELECT 1 # SECRET",
                "SELECT 'SECRET",
                "SELECT \"SECRET",
                "SELECT $$SECRET$$",
                "INSERT INTO t VALUES (1, 'SECRET'), ('SECRET', 2)",
                "/*! SET PASSWORD = 'SECRET' */",
            })
    void neverShowsAValue(String sql) {
        assertThat(text(sql)).doesNotContain("SECRET");
        assertThat(StatementDigest.text(bytes(sql), new LexicalMode(true, false, false)))
                .doesNotContain("SECRET");
    }

    @Test
    void isBounded() {
        String columns = "SELECT " + "a_rather_long_name + ".repeat(10_000) + "1";
        assertThat(text(columns)).hasSizeLessThan(1100).endsWith(" ...");
        assertThat(text("SELECT '" + "SECRET ".repeat(1000) + "'")).isEqualTo("SELECT ...");
    }

    private static String text(String sql) {
        return StatementDigest.text(bytes(sql), LexicalMode.DEFAULT);
    }

    private static long hash(String sql) {
        return StatementDigest.hash(bytes(sql), LexicalMode.DEFAULT);
    }

    private static ByteBuf bytes(String sql) {
        return Unpooled.copiedBuffer(sql, StandardCharsets.UTF_8);
    }
}
