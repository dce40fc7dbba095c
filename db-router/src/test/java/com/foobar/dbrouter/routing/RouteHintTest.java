package com.foobar.dbrouter.routing;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.dbrouter.routing.RouteHint.Target;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteHintTest {

    @Test
    void saysWhichServersAndHowFarBehind() {
        RouteHint hint = hint("/* router:replica max-lag=1500ms */ SELECT 1");

        assertThat(hint.target()).isEqualTo(Target.REPLICA);
        assertThat(hint.maxLag()).isEqualTo(Duration.ofMillis(1500));
        assertThat(hint.consistency(Consistency.STRICT)).isEqualTo(Consistency.EVENTUAL);
    }

    @Test
    void takesAPositionAsTheServersWriteIt() {
        RouteHint hint = hint("SELECT /* router:token=3E11FA47-71CA-11E1-9E33-C80AA9429562:1-5:7,0-1-9 */ 1");

        assertThat(hint.token()).isEqualTo("3E11FA47-71CA-11E1-9E33-C80AA9429562:1-5:7,0-1-9");
        assertThat(hint.consistency(Consistency.STRICT)).isEqualTo(Consistency.TOKEN);
    }

    @ParameterizedTest
    @CsvSource({"eventual,EVENTUAL", "session,SESSION", "STRICT,STRICT"})
    void namesAConsistency(String name, Consistency level) {
        assertThat(hint("/* router:consistency=" + name + " */ SELECT 1").consistency(Consistency.STRICT))
                .isEqualTo(level);
    }

    @Test
    void leavesWhatItDoesNotSay() {
        assertThat(hint("/* router:replica */ SELECT 1").consistency(Consistency.STRICT))
                .isEqualTo(Consistency.STRICT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "router:",
                "router:replicas",
                "router:primary replica",
                "router:replica replica",
                "router:primary max-lag=1s",
                "router:primary=yes",
                "router:replica max-lag=1",
                "router:replica max-lag=99999999s",
                "router:max-lag=1s max-lag=2s",
                "router:consistency=",
                "router:consistency=sometimes",
                "router:consistency=token",
                "router:consistency=strict token=0-1-2",
                "router:token=",
                "router:replica MAX_EXECUTION_TIME(1000)",
            })
    void hasNoEffectUnlessAllOfItIsUnderstood(String comment) {
        assertThat(hint("/* " + comment + " */ SELECT 1")).isEqualTo(RouteHint.NOT_UNDERSTOOD);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1 /* router:primary */",
                "SELECT a /* router:primary */ FROM t",
                "SELECT 1; /* router:primary */ SELECT 2",
                "-- router:primary\nSELECT 1",
                "/* the router:primary */ SELECT 1",
                "/*! router:primary */ SELECT 1",
                "SELECT '/* router:primary */'",
                "/*router*/ SELECT 1",
                "/* router:primary",
            })
    void isNoOtherComment(String sql) {
        assertThat(hint(sql)).isEqualTo(RouteHint.NONE);
    }

    @Test
    void theFirstOneCounts() {
        assertThat(hint("/* a */ /* router:primary */ /* router:replica */ SELECT 1")
                        .target())
                .isEqualTo(Target.PRIMARY);
    }

    @Test
    void tellsWhereTheSignOfOptimizerHintsIs() {
        assertThat(hint("SELECT /*+ router:primary */ 1").signAt()).isEqualTo("SELECT /*".length());
        assertThat(hint("SELECT /* router:primary */ 1").signAt()).isEqualTo(-1);
    }

    @Test
    void noHintMakesAReadOfWhatIsNone() {
        String[] words = {
            "router:replica",
            "/*",
            "*/",
            "+",
            "SELECT",
            "DELETE",
            "max-lag=2s",
            "(",
            ")",
            ";",
            "@@x",
            "FOR",
            "UPDATE",
            "f(",
            "'",
            "/*!",
            "INTO",
            "WITH",
            "\n",
            "--",
            "#",
            "x"
        };
        Random random = new Random(11);
        for (int i = 0; i < 100_000; i++) {
            StringBuilder sql = new StringBuilder();
            for (int j = random.nextInt(16); j > 0; j--) {
                sql.append(words[random.nextInt(words.length)]).append(random.nextInt(3) == 0 ? "" : " ");
            }
            Classification with = classify(sql.toString());
            // The same text with the hint made unreadable: what a hint may change is where servers differ, and no more.
            Classification without = classify(sql.toString().replace("router:", "rooter:"));
            if (with.isRead() && !without.isRead()) {
                assertThat(without.reason())
                        .as(sql.toString())
                        .isIn(RouteReason.SYSTEM_VARIABLE, RouteReason.SERVER_STATE);
            }
        }
    }

    private static RouteHint hint(String sql) {
        return classify(sql).hint();
    }

    private static Classification classify(String sql) {
        return StatementClassifier.classify(Unpooled.copiedBuffer(sql, StandardCharsets.UTF_8), LexicalMode.DEFAULT);
    }
}
