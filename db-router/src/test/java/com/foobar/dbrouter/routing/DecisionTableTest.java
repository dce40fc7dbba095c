package com.foobar.dbrouter.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every row of {@code decisions.txt}. */
class DecisionTableTest {

    private record Decision(
            StatementKind kind, RouteReason reason, Set<PinReason> pins, boolean asks, String statement, String why) {
        @Override
        public String toString() {
            return kind + " for " + reason + ": " + statement.replace("\n", "\\n") + " (" + why + ")";
        }
    }

    @ParameterizedTest
    @MethodSource("decisions")
    void decidesAsTheTableSays(Decision decision) {
        Classification classification = StatementClassifier.classify(
                Unpooled.copiedBuffer(decision.statement(), StandardCharsets.UTF_8), LexicalMode.DEFAULT);

        assertThat(classification.kind()).isEqualTo(decision.kind());
        assertThat(classification.reason()).isEqualTo(decision.reason());
        assertThat(classification.pins()).isEqualTo(decision.pins());
        assertThat(classification.asksForLastStatement()).isEqualTo(decision.asks());
    }

    @Test
    void hasARowForEveryKindReasonAndPin() {
        assertThat(decisions().map(Decision::kind)).contains(StatementKind.values());
        assertThat(decisions().map(Decision::reason)).contains(RouteReason.values());
        assertThat(decisions().flatMap(decision -> decision.pins().stream())).contains(PinReason.values());
        assertThat(decisions()).hasSizeGreaterThan(200);
    }

    static Stream<Decision> decisions() {
        try (InputStream table = Objects.requireNonNull(DecisionTableTest.class.getResourceAsStream("decisions.txt"))) {
            List<String> lines = new String(table.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            return lines.stream()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(DecisionTableTest::parse);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Decision parse(String line) {
        String[] columns = line.split(" \\| ?", -1);
        assertThat(columns).as(line).hasSize(5);
        String statement = columns[3];
        boolean asks = statement.startsWith("+");
        return new Decision(
                StatementKind.valueOf(columns[0]),
                RouteReason.valueOf(columns[1]),
                pins(columns[2]),
                asks,
                unescape(asks ? statement.substring(1) : statement),
                columns[4]);
    }

    private static Set<PinReason> pins(String text) {
        return text.equals("-")
                ? Set.of()
                : Arrays.stream(text.split(",")).map(PinReason::valueOf).collect(Collectors.toSet());
    }

    private static String unescape(String text) {
        return text.replace("\\\\", "\u0001")
                .replace("\\n", "\n")
                .replace("\\t", "\t")
                .replace("\\0", "\0")
                .replace("\\u00A0", "\u00A0")
                .replace("\\p", "|")
                .replace("\u0001", "\\");
    }
}
