package com.foobar.deploy.stack.control;

/** What the running stack does when another terminal asks. Each answers with text to be shown, or throws StackFailure. */
public interface Commands {
    /** What runs where, and whether all of it is ready. */
    Status status();

    /** Where the site is to be opened. */
    String addresses();

    /** Stops the whole stack; returns when everything is down. */
    String stop();

    /** Kills an instance as a crash would. */
    String kill(String instance);

    /** Starts an instance and waits until it is ready. */
    String start(String instance);

    /** Stops an instance in order, and starts it. */
    String restart(String instance);

    /** @param text the table of instances */
    record Status(boolean allReady, String text) {}
}
