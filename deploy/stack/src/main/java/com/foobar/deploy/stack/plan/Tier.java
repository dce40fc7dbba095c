package com.foobar.deploy.stack.plan;

/** The tiers in the order of a request's journey, which is also the order in which they are stopped. */
public enum Tier {
    LOAD_BALANCER("lb", "lb-service"),
    WEB("web", "web-service"),
    APP("app", "app-service"),
    DB_ROUTER("db-router", "db-router"),
    DATABASE("db", "MariaDB");

    private final String prefix;
    private final String program;

    Tier(String prefix, String program) {
        this.prefix = prefix;
        this.program = program;
    }

    /** What the names of its instances begin with: {@code lb} of {@code lb-1}. */
    public String prefix() {
        return prefix;
    }

    /** The Maven module, and its jar, of the project's own services; the product's name for the database. */
    public String program() {
        return program;
    }
}
