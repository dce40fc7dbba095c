package com.foobar.http.backend;

import java.util.List;

/**
 * Who takes requests at one moment, and why.
 *
 * @param servers those to choose among
 * @param kind what they are
 */
record Rotation(List<BackendServer> servers, Kind kind) {
    enum Kind {
        /** Servers that are up. */
        ACTIVE,
        /** Backup servers that are up, as no other is. */
        BACKUP,
        /** Servers of any health that something answers at, as too few are up. */
        PANIC
    }

    /**
     * @param allBackups whether all backup servers share the requests, or the first one takes them (HAProxy's {@code option
     *     allbackups})
     * @param panicThreshold percent of the active servers that must be up
     */
    static Rotation of(List<BackendServer> all, boolean allBackups, int panicThreshold) {
        List<BackendServer> active = all.stream()
                .filter(server -> !server.isBackup() && server.takesRequests())
                .toList();
        List<BackendServer> backups = all.stream()
                .filter(server -> server.isBackup() && server.takesRequests())
                .toList();
        if (!backups.isEmpty() && active.isEmpty()) {
            return new Rotation(allBackups ? backups : backups.subList(0, 1), Kind.BACKUP);
        }
        if (backups.isEmpty() && tooFew(active.size(), all, panicThreshold)) {
            List<BackendServer> any = all.stream()
                    .filter(server -> server.takesRequests() || server.mayBeAskedInPanic())
                    .toList();
            if (any.size() > active.size()) {
                return new Rotation(any, Kind.PANIC);
            }
        }
        return new Rotation(active, Kind.ACTIVE);
    }

    private static boolean tooFew(int up, List<BackendServer> all, int panicThreshold) {
        long wanted = all.stream()
                .filter(server -> !server.isBackup()
                        && server.weight() > 0
                        && server.state().isWanted())
                .count();
        return up * 100L < panicThreshold * wanted;
    }
}
