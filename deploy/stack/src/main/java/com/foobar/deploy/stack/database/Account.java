package com.foobar.deploy.stack.database;

/** The users of the databases. Each has a password of its own, in the data directory's secret of its {@link #secret()}. */
public enum Account {
    /** Everything; for the launcher, and for people who look inside. */
    ROOT("root"),
    /** What app-service is, through db-router: all rights on the schema {@code foobar}, none elsewhere. */
    APP("foobar_app"),
    /** What db-router looks at the servers as: the state of replication and of sessions. */
    MONITOR("foobar_monitor"),
    /** What a replica is to its primary. */
    REPLICATION("foobar_replication");

    /** The schema of the application. */
    public static final String SCHEMA = "foobar";

    private final String user;

    Account(String user) {
        this.user = user;
    }

    public String user() {
        return user;
    }

    public String secret() {
        return "db-" + user;
    }
}
