package com.foobar.deploy.stack.ports;

import com.foobar.deploy.stack.failure.StackFailure;
import com.foobar.deploy.stack.plan.PlannedInstance;
import com.foobar.deploy.stack.plan.Port;
import com.foobar.deploy.stack.plan.StackPlan;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Whether the ports of a plan are free, asked before anything is started. */
public final class PortCheck {
    private PortCheck() {}

    /** @throws StackFailure naming every taken port, the instance that wanted it, and the process that holds it */
    public static void requireFree(StackPlan plan) {
        List<String> taken = new ArrayList<>();
        for (PlannedInstance instance : plan.instances()) {
            for (Port port : instance.ports()) {
                if (!isFree(port.number())) {
                    taken.add("port " + port.number() + " (" + port.purpose() + " of " + instance.name()
                            + ") is taken by "
                            + PortHolder.of(port.number())
                                    .map(PortHolder::toString)
                                    .orElse("a process of another user"));
                }
            }
        }
        if (!taken.isEmpty()) {
            throw new StackFailure(String.join("\n", taken)
                    + "\nnothing was started: end what holds the port, or use other ports with --port-offset 10000");
        }
    }

    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
