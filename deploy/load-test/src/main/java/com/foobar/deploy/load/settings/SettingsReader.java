package com.foobar.deploy.load.settings;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes settings of text; all that is wrong with it is reported at once. Used once, by one thread. */
public final class SettingsReader {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");
    private static final Pattern LIMIT = Pattern.compile("([a-z]+)=(\\d{1,6})/(\\d{1,6})");
    private static final String DEVELOPMENT_CA = "deploy/.data/tls/ca.pem";

    private final Function<Setting, @Nullable String> source;
    private final List<String> problems = new ArrayList<>();

    private SettingsReader(Function<Setting, @Nullable String> source) {
        this.source = source;
    }

    /**
     * The settings of this process: its system properties.
     *
     * @throws BadSettings with all problems
     */
    public static LoadSettings ofSystemProperties() {
        return read(setting -> System.getProperty(setting.property()), Path.of(""));
    }

    /**
     * @param source the text of a setting; null or blank: not set
     * @param directory a relative {@code ca} begins here; the development authority is looked for here and above
     * @throws BadSettings with all problems
     */
    public static LoadSettings read(Function<Setting, @Nullable String> source, Path directory) {
        SettingsReader reader = new SettingsReader(source);
        boolean insecure = reader.bool(Setting.INSECURE);
        LoadSettings settings = new LoadSettings(
                reader.simulation(),
                reader.baseUrls(),
                insecure ? null : reader.ca(directory),
                insecure,
                reader.bool(Setting.HTTP2),
                reader.number(Setting.RATE, 0.1, 1000),
                reader.duration(Setting.DURATION, Duration.ofSeconds(1), Duration.ofHours(24)),
                reader.duration(Setting.WARM_UP, Duration.ZERO, Duration.ofHours(1)),
                reader.duration(Setting.THINK_TIME, Duration.ZERO, Duration.ofMinutes(1)),
                reader.number(Setting.MAX_FAILED, 0, 100),
                reader.limits());
        if (!reader.problems.isEmpty()) {
            throw new BadSettings(reader.problems);
        }
        return settings;
    }

    private String text(Setting setting) {
        String text = source.apply(setting);
        return text == null || text.isBlank() ? setting.usual() : text.strip();
    }

    private void problem(Setting setting, String value, String expected) {
        problems.add(setting.property() + ": " + value + " (expected: " + expected + ")");
    }

    private SimulationName simulation() {
        String text = text(Setting.SIMULATION);
        for (SimulationName name : SimulationName.values()) {
            if (name.label().equals(text)) {
                return name;
            }
        }
        problem(Setting.SIMULATION, text, "smoke or mixed");
        return SimulationName.SMOKE;
    }

    private List<URI> baseUrls() {
        List<URI> urls = new ArrayList<>();
        for (String text : text(Setting.BASE_URL).split(",", -1)) {
            String expected = "http or https, host and perhaps port, as in https://localhost:8443";
            try {
                URI url = URI.create(text.strip().replaceFirst("/$", ""));
                boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
                if (http && url.getHost() != null && url.equals(originOf(url))) {
                    urls.add(url);
                } else {
                    problem(Setting.BASE_URL, text, expected);
                }
            } catch (IllegalArgumentException e) {
                problem(Setting.BASE_URL, text, expected);
            }
        }
        return urls;
    }

    private static URI originOf(URI url) {
        return URI.create(url.getScheme() + "://" + url.getHost() + (url.getPort() < 0 ? "" : ":" + url.getPort()));
    }

    private @Nullable Path ca(Path directory) {
        String text = text(Setting.CA);
        if (!text.isEmpty()) {
            Path file = directory.resolve(text);
            if (!Files.isReadable(file)) {
                problem(Setting.CA, file.toAbsolutePath().toString(), "a file that can be read");
            }
            return file;
        }
        for (Path above = directory.toAbsolutePath(); above != null; above = above.getParent()) {
            Path file = above.resolve(DEVELOPMENT_CA);
            if (Files.isReadable(file)) {
                return file;
            }
        }
        return null;
    }

    private boolean bool(Setting setting) {
        String text = text(setting);
        if (!text.equals("true") && !text.equals("false")) {
            problem(setting, text, "true or false");
        }
        return text.equals("true");
    }

    private double number(Setting setting, double least, double most) {
        String text = text(setting);
        try {
            double number = Double.parseDouble(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Reported below, like a number out of range.
        }
        problem(setting, text, String.format(Locale.ROOT, "a number from %s to %s", brief(least), brief(most)));
        return least;
    }

    private static String brief(double number) {
        return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
    }

    private Duration duration(Setting setting, Duration least, Duration most) {
        String text = text(setting);
        Matcher matcher = DURATION.matcher(text);
        if (matcher.matches()) {
            long amount = Long.parseLong(matcher.group(1));
            Duration duration =
                    switch (matcher.group(2)) {
                        case "ms" -> Duration.ofMillis(amount);
                        case "s" -> Duration.ofSeconds(amount);
                        case "m" -> Duration.ofMinutes(amount);
                        default -> Duration.ofHours(amount);
                    };
            if (duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0) {
                return duration;
            }
        }
        problem(
                setting,
                text,
                "a time from " + least.toSeconds() + "s to " + words(most) + ", as in 500ms, 90s, 5m, 1h");
        return least;
    }

    private static String words(Duration duration) {
        return duration.toHours() > 0 ? duration.toHours() + "h" : duration.toMinutes() + "m";
    }

    private Map<Kind, Limit> limits() {
        Map<Kind, Limit> limits = new EnumMap<>(Kind.class);
        String text = text(Setting.LIMITS);
        if (text.equals("none")) {
            return limits;
        }
        for (Kind kind : Kind.values()) {
            limits.put(kind, kind.usual());
        }
        if (text.isEmpty()) {
            return limits;
        }
        for (String part : text.split(",", -1)) {
            Matcher matcher = LIMIT.matcher(part.strip());
            Kind kind = matcher.matches() ? kind(matcher.group(1)) : null;
            if (kind != null) {
                Limit limit = new Limit(Integer.parseInt(matcher.group(2)), Integer.parseInt(matcher.group(3)));
                if (limit.p95() > 0 && limit.p99() >= limit.p95()) {
                    limits.put(kind, limit);
                    continue;
                }
            }
            problem(
                    Setting.LIMITS,
                    part,
                    "none, or KIND=P95/P99 in milliseconds, not 0, P99 not below P95, KIND one of "
                            + String.join(
                                    ", ",
                                    Arrays.stream(Kind.values())
                                            .map(Kind::label)
                                            .toList()));
        }
        return limits;
    }

    private static @Nullable Kind kind(String label) {
        for (Kind kind : Kind.values()) {
            if (kind.label().equals(label)) {
                return kind;
            }
        }
        return null;
    }
}
