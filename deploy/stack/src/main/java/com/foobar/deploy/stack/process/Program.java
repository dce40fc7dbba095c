package com.foobar.deploy.stack.process;

import java.io.IOException;

/** What an instance runs. Called by the instance's own thread only, and may block for a second or two. */
public interface Program {
    /** The process to start, with all its files in place. Its output and its environment's mark are added by the instance. */
    ProcessBuilder prepare() throws IOException;

    /** Asks the running process whether it is ready. */
    Readiness readiness();
}
