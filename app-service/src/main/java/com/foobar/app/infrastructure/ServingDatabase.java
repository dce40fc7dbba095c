package com.foobar.app.infrastructure;

import io.vertx.core.json.JsonObject;

/**
 * The database server that answered a read, and how fresh it was.
 *
 * @param router address of the router that chose it
 * @param server its name: {@code report_host} where that is set, else host and port
 * @param isReadOnly as a replica is, and the primary is not
 * @param position of the last transaction that it had, in its own notation of GTIDs
 * @param primaryPosition where the primary was just before it was asked
 * @param isUpToDate whether it had everything that the primary had then
 * @param nanos from the question to the answer
 */
record ServingDatabase(
        String router,
        String server,
        boolean isReadOnly,
        String position,
        String primaryPosition,
        boolean isUpToDate,
        long nanos) {

    String role() {
        return isReadOnly ? "replica" : "primary";
    }

    JsonObject json() {
        return new JsonObject()
                .put("server", server)
                .put("role", role())
                .put("position", position)
                .put("primaryPosition", primaryPosition)
                .put("upToDate", isUpToDate);
    }
}
