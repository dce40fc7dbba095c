package com.foobar.deploy.load;

import static io.gatling.javaapi.core.CoreDsl.atOnceUsers;
import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.details;
import static io.gatling.javaapi.core.CoreDsl.dummy;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.nothingFor;
import static io.gatling.javaapi.core.CoreDsl.rampUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;

import com.foobar.deploy.load.settings.LoadSettings;
import com.foobar.deploy.load.settings.SettingsReader;
import com.foobar.deploy.load.settings.SimulationName;
import com.foobar.deploy.load.site.SiteAccess;
import com.foobar.deploy.load.visit.Run;
import com.foobar.deploy.load.visit.Visits;
import io.gatling.javaapi.core.Assertion;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.Simulation;
import io.gatling.javaapi.http.HttpProtocolBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What Gatling runs: the simulation that the system property {@code simulation} names, {@code smoke} or {@code mixed}, with the
 * settings of the other properties. One class for both, so that names and settings are checked in one place.
 */
public final class LoadTestSimulation extends Simulation {
    /** In the report: one request at the end that no site has answered, failed if any read of the run was wrong. */
    public static final String VERDICT = "all reads were right";

    /** For visits that have begun when the time is over. */
    private static final Duration END = Duration.ofMinutes(4);

    private final LoadSettings settings = SettingsReader.ofSystemProperties();
    private final Run run = new Run();
    private final SiteAccess access = SiteAccess.of(settings);

    /** @throws com.foobar.deploy.load.settings.BadSettings with all that is wrong with the settings */
    public LoadTestSimulation() {
        boolean smoke = settings.simulation() == SimulationName.SMOKE;
        setUp(smoke ? List.of(smoke()) : mixed())
                .protocols(protocol())
                .assertions(smoke ? List.of(noneFailed(), noneWrong()) : limits())
                .maxDuration(
                        smoke
                                ? END
                                : settings.warmUp().plus(settings.duration()).plus(END));
    }

    @Override
    public void before() {
        System.out.printf(
                "%s against %s, run %s, %s%n",
                settings.simulation().label(), String.join(", ", settings.sites()), run.id(), access);
        access.check();
    }

    @Override
    public void after() {
        System.out.println(run.reads());
        run.reads().examples().forEach(wrong -> System.out.println("  " + wrong));
    }

    /** Everything once and again by somebody else, one after the other: authors first, as the others read what they wrote. */
    private PopulationBuilder smoke() {
        Visits visits = new Visits(run, Duration.ZERO, true);
        return scenario("write")
                .exec(visits.write())
                .injectOpen(atOnceUsers(2))
                .andThen(scenario("take part")
                        .exec(visits.takePart(visits.thinkBetterOfIt()))
                        .injectOpen(atOnceUsers(2))
                        .andThen(scenario("browse")
                                .exec(visits.browse())
                                .injectOpen(atOnceUsers(2))
                                .andThen(verdict())));
    }

    /**
     * Visitors come whether or not those before them have left: a slow site gets more of them, as it would in life. Those who
     * are measured follow on those who warm the site up, without a pause.
     */
    private List<PopulationBuilder> mixed() {
        double rate = settings.rate();
        List<PopulationBuilder> populations = new ArrayList<>();
        populations.add(scenario("visits")
                .exec(new Visits(run, settings.thinkTime(), true).any())
                .injectOpen(
                        nothingFor(settings.warmUp()),
                        constantUsersPerSec(rate).during(settings.duration()).randomized())
                .andThen(verdict()));
        if (!settings.warmUp().isZero()) {
            populations.add(scenario("warm-up")
                    .exec(new Visits(run, settings.thinkTime(), false).any())
                    .injectOpen(rampUsersPerSec(rate / 10).to(rate).during(settings.warmUp())));
        }
        return populations;
    }

    private PopulationBuilder verdict() {
        return scenario("verdict")
                .exec(dummy(VERDICT, 0).withSuccess(session -> run.reads().wrong() == 0))
                .injectOpen(atOnceUsers(1));
    }

    private static Assertion noneFailed() {
        return global().failedRequests().count().is(0L);
    }

    private static Assertion noneWrong() {
        return details(VERDICT).failedRequests().count().is(0L);
    }

    private List<Assertion> limits() {
        List<Assertion> limits = new ArrayList<>();
        limits.add(noneWrong());
        limits.add(global().failedRequests().percent().lte(settings.maxFailed()));
        settings.limits().entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(entry -> {
            String kind = entry.getKey().label();
            limits.add(details(kind)
                    .responseTime()
                    .percentile(95)
                    .lte(entry.getValue().p95()));
            limits.add(details(kind)
                    .responseTime()
                    .percentile(99)
                    .lte(entry.getValue().p99()));
        });
        return limits;
    }

    private HttpProtocolBuilder protocol() {
        // Nothing is kept by the visitors: each answer is looked at.
        HttpProtocolBuilder protocol = http.baseUrls(settings.sites())
                .acceptHeader("application/json")
                .acceptEncodingHeader("gzip, br")
                .userAgentHeader("foobar-load-test")
                .disableWarmUp()
                .disableCaching();
        return settings.http2() ? protocol.enableHttp2() : protocol;
    }
}
