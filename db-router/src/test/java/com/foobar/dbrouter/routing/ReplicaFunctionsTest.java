package com.foobar.dbrouter.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplicaFunctionsTest {
    private static final ReplicaFunctions FUNCTIONS = new ReplicaFunctions(List.of("price", "Shop.tax"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT price(1)",
                "SELECT PRICE (1) FROM t",
                "SELECT `price`(1)",
                "SELECT shop.tax(1)",
                "SELECT `shop` . `tax`(price(2))",
            })
    void areReads(String sql) {
        assertThat(isRead(sql)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT tax(1)",
                "SELECT other.price(1)",
                "SELECT other.tax(1)",
                "SELECT 'price'(1)",
                "SELECT price(charge(1))",
                "SELECT price(1) FROM t FOR UPDATE",
                "SELECT prices(1)",
            })
    void areThoseAndNoOthers(String sql) {
        assertThat(isRead(sql)).isFalse();
    }

    @Test
    void knowWhatIsBuiltInWhereOneKindOfServerIsAllThereIs() {
        String mariaDbs = "SELECT NVL(n, 0), JSON_DETAILED(body), median(n) OVER (PARTITION BY a) FROM t";
        String mySqls = "SELECT ANY_VALUE(n), BIN_TO_UUID(id) FROM t WHERE REGEXP_LIKE(name, 'a')";

        assertThat(isRead(mariaDbs, FUNCTIONS)).isFalse();
        assertThat(isRead(mySqls, FUNCTIONS)).isFalse();
        assertThat(isRead(mariaDbs, FUNCTIONS.withThoseOfMariaDb())).isTrue();
        assertThat(isRead(mySqls, FUNCTIONS.withThoseOfMariaDb())).isFalse();
        assertThat(isRead(mySqls, FUNCTIONS.withThoseOfMySql())).isTrue();
        assertThat(isRead("SELECT shop.nvl(n, 0) FROM t", FUNCTIONS.withThoseOfMariaDb()))
                .isFalse();
        assertThat(isRead("SELECT `nvl`(n, 0) FROM t", FUNCTIONS.withThoseOfMariaDb()))
                .isFalse();
        assertThat(isRead("SELECT price(1)", FUNCTIONS.withThoseOfMariaDb())).isTrue();
    }

    /** Who vouches for a function does not say that it reads no table. */
    @ParameterizedTest
    @ValueSource(strings = {"SELECT @@sql_mode, price(1)", "SELECT ROW_COUNT(), shop.tax(1)"})
    void mayTellWhatIsInTheDatabase(String sql) {
        assertThat(classify(sql, FUNCTIONS).mayTellData()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"SELECT NVL(@@sql_mode, '')", "SELECT NVL(ROW_COUNT(), 0)"})
    void mayNotWhereTheyAreBuiltIn(String sql) {
        assertThat(classify(sql, FUNCTIONS.withThoseOfMariaDb()).mayTellData()).isFalse();
    }

    @Test
    void refusesWhatIsNoName() {
        assertThatThrownBy(() -> new ReplicaFunctions(List.of("a.b.c")))
                .hasMessageContaining("'a.b.c' (expected: name");
        assertThatThrownBy(() -> new ReplicaFunctions(List.of(""))).hasMessageContaining("'' (expected: name");
    }

    private static boolean isRead(String sql) {
        return isRead(sql, FUNCTIONS);
    }

    private static boolean isRead(String sql, ReplicaFunctions functions) {
        return classify(sql, functions).isRead();
    }

    private static Classification classify(String sql, ReplicaFunctions functions) {
        return StatementClassifier.classify(
                Unpooled.copiedBuffer(sql, StandardCharsets.UTF_8), LexicalMode.DEFAULT, functions);
    }
}
