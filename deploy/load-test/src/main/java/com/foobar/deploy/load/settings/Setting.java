package com.foobar.deploy.load.settings;

import java.util.Locale;

/** The settings of a run: as system properties for {@code mvn gatling:test}, as options of the jar. */
public enum Setting {
    SIMULATION("simulation", "NAME", "smoke", "smoke: every behaviour once; mixed: load"),
    BASE_URL(
            "baseUrl",
            "URL[,URL]",
            "https://localhost:8443",
            "the site, through one balancer or several; visitors are spread over them"),
    CA(
            "ca",
            "FILE",
            "",
            "PEM file of an authority to trust beside those of the JVM; default: deploy/.data/tls/ca.pem, where there is one"),
    INSECURE("insecure", "BOOLEAN", "false", "trust any certificate, for any name"),
    HTTP2("http2", "BOOLEAN", "true", "offer HTTP/2; false: HTTP/1.1 only"),
    RATE("rate", "NUMBER", "5", "mixed: visitors who arrive in a second (0.1-1000)"),
    DURATION("duration", "TIME", "2m", "mixed: for which they are measured (1s-24h)"),
    WARM_UP("warmUp", "TIME", "30s", "mixed: before that, with a rising rate (0s-1h)"),
    THINK_TIME("thinkTime", "TIME", "500ms", "mixed: between two requests of a visitor, on average (0s-1m)"),
    MAX_FAILED("maxFailed", "PERCENT", "0.1", "mixed: of the requests that may fail (0-100); smoke: none"),
    LIMITS(
            "limits",
            "LIST",
            "",
            "mixed: milliseconds for 95 and 99 % of the answers, as in read=300/1500,write=500/2000 (kinds: page, read,"
                    + " write, password), or none");

    private final String property;
    private final String valueLabel;
    private final String usual;
    private final String description;

    Setting(String property, String valueLabel, String usual, String description) {
        this.property = property;
        this.valueLabel = valueLabel;
        this.usual = usual;
        this.description = description;
    }

    /** The name of the system property, as in {@code -DbaseUrl=…}. */
    public String property() {
        return property;
    }

    /** The name of the jar's option, as in {@code --base-url}. */
    public String option() {
        return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public String valueLabel() {
        return valueLabel;
    }

    /** The value where none is given; empty for none, or one that depends. */
    public String usual() {
        return usual;
    }

    public String description() {
        return description;
    }
}
