package com.foobar.deploy.load.report;

import io.gatling.charts.stats.GeneralStats;
import io.gatling.charts.stats.LogFileData;
import io.gatling.charts.stats.LogFileReader;
import io.gatling.charts.stats.RequestStatsPath;
import io.gatling.charts.stats.StatsPath;
import io.gatling.commons.stats.KO$;
import io.gatling.commons.stats.Status;
import io.gatling.core.config.GatlingConfiguration$;
import io.gatling.core.stats.ErrorStats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/**
 * What Gatling has written about a run ({@code simulation.log}), as a summary. Gatling makes one by itself only together with
 * its HTML report. Its reader is not meant for others, so that a new version of Gatling may ask for changes here.
 */
public final class RunLog {
    private static final int SHOWN_ERRORS = 20;

    private final LogFileData data;
    private final String unmeasured;

    private RunLog(LogFileData data, String unmeasured) {
        this.data = data;
        this.unmeasured = unmeasured;
    }

    /**
     * @param results where Gatling has made a directory for one run
     * @param unmeasured name of a request that is left out
     * @throws IOException when there is no run
     */
    public static RunLog read(Path results, String unmeasured) throws IOException {
        try (Stream<Path> runs = Files.list(results)) {
            Path run = runs.filter(Files::isDirectory)
                    .max(Comparator.comparing(directory -> directory.toFile().lastModified()))
                    .orElseThrow(() -> new IOException("no run in " + results));
            return new RunLog(
                    LogFileReader.apply(run.getFileName().toString(), results, GatlingConfiguration$.MODULE$.load())
                            .read(),
                    unmeasured);
        }
    }

    /** A table with a row for each request, kind by kind, and the errors with their numbers. */
    public String summary() {
        List<Measured> rows = new ArrayList<>();
        for (StatsPath path : CollectionConverters.asJava(data.statsPaths())) {
            if (path instanceof RequestStatsPath request && !request.request().equals(unmeasured)) {
                rows.add(measured(request));
            }
        }
        rows.sort(Comparator.comparing(Measured::kind).thenComparing(Measured::name));
        StringBuilder summary = new StringBuilder(SummaryTable.of(rows));
        List<ErrorStats> errors = CollectionConverters.asJava(data.errors(Option.empty(), Option.empty()));
        for (ErrorStats error : errors.subList(0, Math.min(SHOWN_ERRORS, errors.size()))) {
            summary.append(String.format(Locale.ROOT, "%6d × %s%n", error.count(), error.message()));
        }
        return summary.toString();
    }

    private Measured measured(RequestStatsPath request) {
        Option<String> name = Option.apply(request.request());
        Option<Status> ko = Option.apply(KO$.MODULE$);
        GeneralStats all =
                data.requestGeneralStats(name, request.group(), Option.empty()).get();
        Option<GeneralStats> failed = data.requestGeneralStats(name, request.group(), ko);
        return new Measured(
                request.group().isEmpty() ? "" : request.group().get().name(),
                request.request(),
                all.count(),
                failed.isEmpty() ? 0 : failed.get().count(),
                percentile(all, 50),
                percentile(all, 95),
                percentile(all, 99),
                all.max());
    }

    private static int percentile(GeneralStats stats, double percent) {
        return ((Number) stats.percentile().apply(percent)).intValue();
    }
}
