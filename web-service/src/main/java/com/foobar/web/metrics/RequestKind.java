package com.foobar.web.metrics;

/** Who answers a request; a label of metrics. */
public enum RequestKind {
    /** A file of the site, or the word that there is none. */
    STATIC("static"),
    /** The application tier. */
    API("api"),
    /** A check of our own health. */
    HEALTH("health");

    private final String label;

    RequestKind(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }
}
