package com.foobar.deploy.stack.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.deploy.stack.plan.PlannedInstance;
import com.foobar.deploy.stack.plan.StackPlan;
import com.foobar.deploy.stack.process.InstanceReport;
import com.foobar.deploy.stack.process.InstanceState;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class StatusTableTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    @Test
    void showsWhatRunsWhereAndWhyNot() {
        StackPlan plan = StackPlan.withPortOffset(0);
        StatusTable table = new StatusTable();
        PlannedInstance balancer = plan.instance("lb-1").orElseThrow();
        PlannedInstance database = plan.instance("db-3").orElseThrow();
        table.add(balancer, report("lb-1", InstanceState.READY, "", OptionalLong.of(4711), 1), NOON.plusSeconds(75));
        table.add(
                database,
                report("db-3", InstanceState.STOPPED, "killed", OptionalLong.empty(), 0),
                NOON.plusSeconds(9000));

        assertThat(table.toString()).isEqualTo("""
                        INSTANCE  WHAT        STATE    PID   LISTENS ON            MANAGEMENT  SINCE
                        lb-1      lb-service  ready    4711  https:8443 http:8080  9901        75 s   restarted 1 time
                        db-3      MariaDB     stopped  -     mysql:3313            -           2 h    killed
                        """);
    }

    private static InstanceReport report(
            String name, InstanceState state, String detail, OptionalLong pid, int restarts) {
        return new InstanceReport(name, state, detail, pid, NOON, Duration.ofSeconds(1), restarts);
    }
}
