package com.foobar.deploy.load.settings;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is run, against what, and what it has to hold. {@link SettingsReader} makes it and has checked it.
 *
 * @param baseUrls scheme, host and port of the site, without a path; one or more
 * @param ca authority to trust beside those of the JVM
 * @param insecure any certificate is trusted
 * @param http2 whether HTTP/2 is offered
 * @param rate visitors who arrive in a second
 * @param duration for which they are measured
 * @param warmUp before that; zero for none
 * @param thinkTime average pause between two requests of a visitor; zero for none
 * @param maxFailed percent of all requests
 * @param limits by kind; a kind that is missing has none
 */
public record LoadSettings(
        SimulationName simulation,
        List<URI> baseUrls,
        @Nullable Path ca,
        boolean insecure,
        boolean http2,
        double rate,
        Duration duration,
        Duration warmUp,
        Duration thinkTime,
        double maxFailed,
        Map<Kind, Limit> limits) {
    public LoadSettings {
        baseUrls = List.copyOf(baseUrls);
        limits = Map.copyOf(limits);
    }

    /** The URLs as they were given. */
    public List<String> sites() {
        return baseUrls.stream().map(URI::toString).toList();
    }
}
