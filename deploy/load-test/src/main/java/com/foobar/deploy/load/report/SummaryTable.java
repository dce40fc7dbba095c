package com.foobar.deploy.load.report;

import java.util.List;
import java.util.Locale;

/** The measurements of a run as a table of text. */
final class SummaryTable {
    private static final String ROW = "%-9s %-25s %9s %8s %8s %8s %8s %8s%n";

    private SummaryTable() {}

    static String of(List<Measured> rows) {
        StringBuilder table = new StringBuilder();
        table.append(String.format(
                Locale.ROOT, ROW, "kind", "request", "number", "failed", "p50 ms", "p95 ms", "p99 ms", "max ms"));
        for (Measured row : rows) {
            table.append(String.format(
                    Locale.ROOT,
                    ROW,
                    row.kind(),
                    row.name(),
                    row.requests(),
                    row.failed(),
                    row.p50(),
                    row.p95(),
                    row.p99(),
                    row.slowest()));
        }
        return table.toString();
    }
}
