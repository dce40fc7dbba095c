package com.foobar.deploy.load.settings;

/** What a request asks of the site; requests of a kind are measured together and have limits in common. */
public enum Kind {
    /** A file of the site's front end: the web tier alone answers. */
    PAGE("page", 200, 1000),
    /** A GET of the API: one strict read from a replica, or a few. */
    READ("read", 300, 1500),
    /** Changes something: a transaction that a replica has to have as well. */
    WRITE("write", 500, 2000),
    /** Registration and login: a hash that is slow by intent. */
    PASSWORD("password", 1000, 4000);

    private final String label;
    private final int p95;
    private final int p99;

    Kind(String label, int p95, int p99) {
        this.label = label;
        this.p95 = p95;
        this.p99 = p99;
    }

    /** As in settings, reports and assertions. */
    public String label() {
        return label;
    }

    /** The limit where none is set. */
    public Limit usual() {
        return new Limit(p95, p99);
    }
}
