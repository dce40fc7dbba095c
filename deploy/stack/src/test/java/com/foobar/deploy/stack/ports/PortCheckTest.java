package com.foobar.deploy.stack.ports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.foobar.deploy.stack.failure.StackFailure;
import com.foobar.deploy.stack.plan.PlannedInstance;
import com.foobar.deploy.stack.plan.Port;
import com.foobar.deploy.stack.plan.StackPlan;
import com.foobar.deploy.stack.plan.Tier;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;

class PortCheckTest {
    @Test
    void namesATakenPortTheInstanceThatWantedItAndItsHolder() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> PortCheck.requireFree(plan(taken.getLocalPort())))
                    .isInstanceOf(StackFailure.class)
                    .hasMessageStartingWith("port " + taken.getLocalPort() + " (https of lb-1) is taken by pid "
                            + ProcessHandle.current().pid() + " (")
                    .hasMessageContaining("java")
                    .hasMessageContaining("nothing was started");
        }
    }

    @Test
    void portTakenOnEveryAddressIsTakenToo() throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {
            assertThat(PortCheck.isFree(taken.getLocalPort())).isFalse();
            assertThat(PortHolder.of(taken.getLocalPort()))
                    .map(PortHolder::pid)
                    .contains(ProcessHandle.current().pid());
        }
    }

    @Test
    void freePortIsFreeAgainAtOnceAfterItsUse() throws IOException {
        int port;
        try (ServerSocket used = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = used.getLocalPort();
        }
        PortCheck.requireFree(plan(port));
        assertThat(PortHolder.of(port)).isEmpty();
    }

    private static StackPlan plan(int port) {
        return new StackPlan(
                0, List.of(new PlannedInstance("lb-1", Tier.LOAD_BALANCER, 1, List.of(new Port("https", port)))));
    }
}
