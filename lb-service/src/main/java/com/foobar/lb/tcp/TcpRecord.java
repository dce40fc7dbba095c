package com.foobar.lb.tcp;

import java.net.InetSocketAddress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A session that is over.
 *
 * @param client its address
 * @param accepted when it came
 * @param backend name of the one it was sent to; null where no route was found
 * @param server name of the one that it was connected to, or was last tried on; null for none
 * @param queueNanos spent waiting for a server that has fewer connections than it may have
 * @param connectNanos until a server was connected to, without the time in the queue; -1 where none was
 * @param totalNanos until the end
 * @param bytesIn from the client to the server
 * @param bytesOut from the server to the client
 * @param retries of the connection to a server
 * @param termination how it ended
 */
public record TcpRecord(
        InetSocketAddress client,
        Instant accepted,
        @Nullable String backend,
        @Nullable String server,
        long queueNanos,
        long connectNanos,
        long totalNanos,
        long bytesIn,
        long bytesOut,
        int retries,
        Termination termination) {}
