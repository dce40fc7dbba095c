package com.foobar.deploy.stack.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.foobar.deploy.stack.failure.StackFailure;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class StackPlanTest {
    @Test
    void runsTheDefaultStackOnItsWellKnownPorts() {
        String text = StackPlan.withPortOffset(0).instances().stream()
                .map(instance -> instance.name() + " "
                        + instance.ports().stream()
                                .map(port -> port.purpose() + ":" + port.number())
                                .collect(Collectors.joining(" ")))
                .collect(Collectors.joining("\n"));
        assertThat(text).isEqualTo("""
                        lb-1 https:8443 http:8080 management:9901
                        lb-2 https:9443 http:9080 management:9902
                        web-1 http:8101 management:9911
                        web-2 http:8102 management:9912
                        app-1 http:8201 management:9921
                        app-2 http:8202 management:9922
                        db-router-1 mysql:3301 management:9931
                        db-router-2 mysql:3302 management:9932
                        db-1 mysql:3311
                        db-2 mysql:3312
                        db-3 mysql:3313""");
    }

    @Test
    void movesEveryPortByTheOffset() {
        List<Integer> moved = ports(StackPlan.withPortOffset(10_000));
        List<Integer> original = ports(StackPlan.withPortOffset(0));
        assertThat(moved)
                .doesNotHaveDuplicates()
                .isEqualTo(original.stream().map(port -> port + 10_000).toList());
        assertThat(ports(StackPlan.withPortOffset(55_603))).allMatch(port -> port <= 65_535);
    }

    @Test
    void refusesAnOffsetThatLeavesThePortRange() {
        assertThatThrownBy(() -> StackPlan.withPortOffset(55_604))
                .isInstanceOf(StackFailure.class)
                .hasMessage("port offset: 55604 (expected: 0-55603)");
        assertThatThrownBy(() -> StackPlan.withPortOffset(-1)).isInstanceOf(StackFailure.class);
    }

    private static List<Integer> ports(StackPlan plan) {
        return plan.instances().stream()
                .flatMap(instance -> instance.ports().stream())
                .map(Port::number)
                .toList();
    }
}
