package com.foobar.deploy.stack.console;

import com.foobar.deploy.stack.plan.PlannedInstance;
import com.foobar.deploy.stack.plan.Port;
import com.foobar.deploy.stack.process.InstanceReport;
import com.foobar.deploy.stack.process.InstanceState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What runs where, as a table of text with columns wide enough. */
public final class StatusTable {
    private static final List<String> HEAD =
            List.of("INSTANCE", "WHAT", "STATE", "PID", "LISTENS ON", "MANAGEMENT", "SINCE", "");

    private final List<List<String>> rows = new ArrayList<>(List.of(HEAD));

    /** @param now to count from */
    public void add(PlannedInstance instance, InstanceReport report, Instant now) {
        rows.add(List.of(
                instance.name(),
                instance.tier().program(),
                report.state().toString(),
                report.pid().isPresent() ? Long.toString(report.pid().getAsLong()) : "-",
                instance.ports().stream()
                        .filter(port -> !port.purpose().equals(PlannedInstance.MANAGEMENT))
                        .map(StatusTable::address)
                        .collect(Collectors.joining(" ")),
                instance.ports().stream()
                        .filter(port -> port.purpose().equals(PlannedInstance.MANAGEMENT))
                        .map(port -> Integer.toString(port.number()))
                        .findFirst()
                        .orElse("-"),
                words(Duration.between(report.since(), now)),
                remark(report)));
    }

    @Override
    public String toString() {
        int[] widths = new int[HEAD.size()];
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < widths.length; column++) {
                line.append(row.get(column))
                        .append(" ".repeat(widths[column] - row.get(column).length() + 2));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private static String address(Port port) {
        return port.purpose() + ":" + port.number();
    }

    private static String remark(InstanceReport report) {
        if (report.state() != InstanceState.READY) {
            return report.detail();
        }
        return report.restarts() == 0
                ? ""
                : "restarted " + report.restarts() + (report.restarts() == 1 ? " time" : " times");
    }

    static String words(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 120) {
            return seconds + " s";
        }
        return seconds < 7200 ? seconds / 60 + " min" : seconds / 3600 + " h";
    }
}
