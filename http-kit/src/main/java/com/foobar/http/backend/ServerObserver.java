package com.foobar.http.backend;

/** Is told what happens to a server. Called on whatever thread it happened on: must be thread-safe and must not block. */
public interface ServerObserver {
    /** The state has changed: {@code before} and {@code now} differ in more than the reason. */
    default void stateChanged(BackendServer server, ServerState before, ServerState now) {}

    /** The server has another weight. */
    default void weightChanged(BackendServer server) {}

    /**
     * A live request could not be sent: no connection could be made, or it broke before an answer came.
     *
     * @param reason for people: {@code connection refused}
     */
    default void requestFailed(BackendServer server, String reason) {}

    /**
     * A check has had no answer in time, and the checks have taken the server down: its host may be gone, so that what is under way there would wait in vain. Called for each such check.
     */
    default void unanswering(BackendServer server) {}

    /**
     * A live request failed, for want of its server or by the answer that it gave (5xx but 501 and 505).
     *
     * @param row how many failed since the last that did not
     */
    default void failedInARow(BackendServer server, int row) {}
}
