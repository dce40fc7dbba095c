package com.foobar.dbrouter.topology;

/**
 * One database server of the settings.
 *
 * @param name as operators and metrics know it
 * @param weight its share of the reads while it is a replica, beside that of the others; 0 for none
 * @param zone where it is; empty where that is not told
 */
public record DatabaseServer(String name, String host, int port, int weight, String zone) {

    /** A server of weight 1 in no zone. */
    public DatabaseServer(String name, String host, int port) {
        this(name, host, port, 1, "");
    }

    @Override
    public String toString() {
        return name + " (" + host + ":" + port + ")";
    }
}
