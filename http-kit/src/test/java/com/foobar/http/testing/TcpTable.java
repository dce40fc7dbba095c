package com.foobar.http.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What the kernel knows of this machine's TCP sockets (proc(5), {@code /proc/net/tcp}). */
public final class TcpTable {
    /** The states of a socket that tests ask for, by the kernel's numbers. */
    public enum State {
        /** A connection was asked for, and nobody has answered. */
        SYN_SENT("02"),
        /** The other side's end has come, and ours has not been sent. */
        CLOSE_WAIT("08");

        private final String number;

        State(String number) {
            this.number = number;
        }
    }

    private TcpTable() {}

    /** How many sockets in that state have that port at their other side. */
    public static long count(int remotePort, State state) throws IOException {
        String wanted = String.format(Locale.ROOT, ":%04X %s ", remotePort, state.number);
        long count = 0;
        for (String table : new String[] {"tcp", "tcp6"}) {
            Path path = Path.of("/proc/self/net", table);
            if (Files.exists(path)) {
                count += Files.readString(path)
                        .lines()
                        .filter(line -> line.contains(wanted))
                        .count();
            }
        }
        return count;
    }
}
