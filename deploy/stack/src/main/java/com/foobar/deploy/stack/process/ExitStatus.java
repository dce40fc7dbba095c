package com.foobar.deploy.stack.process;

import java.util.Map;

/** How a process ended, in words. */
record ExitStatus(int code) {
    /** Java reports the end by signal n as 128 + n, as a shell does. */
    private static final Map<Integer, String> SIGNALS =
            Map.of(1, "SIGHUP", 2, "SIGINT", 6, "SIGABRT", 9, "SIGKILL", 11, "SIGSEGV", 15, "SIGTERM");

    /** A service's own word that it cannot start (1) or that its settings are wrong (2): another try would end the same. */
    boolean isRefusalToStart() {
        return code == 1 || code == 2;
    }

    @Override
    public String toString() {
        if (code > 128) {
            return "killed by " + SIGNALS.getOrDefault(code - 128, "signal " + (code - 128));
        }
        return "exit status " + code;
    }
}
