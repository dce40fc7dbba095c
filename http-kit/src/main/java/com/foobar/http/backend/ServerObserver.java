package com.foobar.http.backend;

/** Is told what happens to a server. Called on whatever thread it happened on: must be thread-safe and must not block. */
public interface ServerObserver {
    /** The state has changed: {@code before} and {@code now} differ in one axis at least. */
    default void stateChanged(BackendServer server, ServerState before, ServerState now) {}

    /**
     * A live request could not be sent: no connection could be made, or it broke before an answer came.
     *
     * @param reason for people: {@code connection refused}
     */
    default void requestFailed(BackendServer server, String reason) {}
}
