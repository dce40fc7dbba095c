package com.foobar.dbrouter.topology;

/**
 * One database server of the settings.
 *
 * @param name as operators and metrics know it
 */
public record DatabaseServer(String name, String host, int port) {
    @Override
    public String toString() {
        return name + " (" + host + ":" + port + ")";
    }
}
