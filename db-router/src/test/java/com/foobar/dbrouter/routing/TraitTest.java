package com.foobar.dbrouter.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
            GET DIAGNOSTICS @n = ROW_COUNT                               | ASKS_DIAGNOSTICS
            SELECT LAST_INSERT_ID()                                      | ASKS_INSERT_ID MAY_GIVE_ID ONLY_ASKS
            UPDATE t SET a = LAST_INSERT_ID(a + 1)                       | ASKS_INSERT_ID MAY_GIVE_ID
            SET last_insert_id = 5                                       | ASKS_INSERT_ID MAY_GIVE_ID
            SET @@identity = 5                                           | ASKS_INSERT_ID MAY_GIVE_ID
            INSERT INTO t VALUES (1); SELECT ROW_COUNT()                 | MAY_GIVE_ID
            INSERT INTO t VALUES (1); SELECT a FROM t WHERE ROW_COUNT() = 1 AND id = LAST_INSERT_ID() | ASKS_INSERT_ID MAY_GIVE_ID
            SELECT ROW_COUNT(); SELECT ROW_COUNT()                       | ASKS_ROW_COUNT
            SELECT CONNECTION_ID()                                       | ASKS_CONNECTION_ID
            """)
    void saysWhatStatementsAskAndMayDo(String sql, String traits) {
        Set<Trait> expected = traits == null
                ? Set.of()
                : Arrays.stream(traits.split(" ")).map(Trait::valueOf).collect(Collectors.toSet());

        Classification classification =
                StatementClassifier.classify(Unpooled.copiedBuffer(sql, StandardCharsets.UTF_8), LexicalMode.DEFAULT);

        assertThat(classification.traits()).isEqualTo(expected);
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
        assertThat(StatementClassifier.classify(Unpooled.copiedBuffer(sql, StandardCharsets.UTF_8), LexicalMode.DEFAULT)
                        .isAllOrNothing())
                .isEqualTo(is);
    }
}
