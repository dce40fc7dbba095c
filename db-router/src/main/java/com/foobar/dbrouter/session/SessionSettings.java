package com.foobar.dbrouter.session;

import com.foobar.dbrouter.memory.ClientMemory;
import com.foobar.dbrouter.memory.MemoryBudget;
import com.foobar.kit.settings.ByteSize;
import com.foobar.kit.settings.Default;
import com.foobar.kit.settings.Description;
import com.foobar.kit.settings.Range;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Bounds of client sessions.
 *
 * @param maxConnections of clients; one more is refused with error 1040
 * @param maxPacket the longest command, as the servers' {@code max_allowed_packet}
 * @param maxPrepared prepared statements of one session; one more is refused with error 1461
 * @param maxPreparedText their texts together; a statement beyond is refused with error 1461
 * @param totalInput commands and long data of all clients, from their arrival until they are answered; whoever sends more is
 *     refused with error 1041. Null for a third of what the JVM may have outside its heap
 * @param totalPrepared what is kept of the prepared statements of all clients; a statement beyond is refused with error 1461.
 *     Null for an eighth of the heap
 * @param handshakeTimeout for the client's login
 * @param idleTimeout how long a session may send nothing, as the servers' {@code wait_timeout}
 * @param readTimeout how long a client may pause in the middle of a command, as the servers' {@code net_read_timeout}
 * @param primaryTimeout how long a command waits while there is no primary, and for a server that is unreachable once it was sent
 *     there
 * @param linger how long a connection is kept after a statement with warnings, for the client to ask for them
 */
public record SessionSettings(
        @Default("2000") @Range(min = "1", max = "1000000") @Description("client connections; one more gets error 1040")
        int maxConnections,

        @Default("64MiB")
        @Range(min = "16KiB", max = "1GiB")
        @Description("the longest command, like max_allowed_packet of the servers")
        ByteSize maxPacket,

        @Default("4096") @Range(min = "1", max = "1000000") @Description("prepared statements of one client session")
        int maxPrepared,

        @Default("16MiB")
        @Range(min = "16KiB", max = "1GiB")
        @Description("texts of the prepared statements of one client session together")
        ByteSize maxPreparedText,

        @Description("commands and long data of all clients together; none: a third of the memory outside the heap")
        @Range(min = "1MiB", max = "1024GiB")
        @Nullable
        ByteSize totalInput,

        @Description("prepared statements of all clients together; none: an eighth of the heap")
        @Range(min = "1MiB", max = "1024GiB")
        @Nullable
        ByteSize totalPrepared,

        @Default("10s") @Range(min = "100ms", max = "5m") @Description("how long a client's login may take")
        Duration handshakeTimeout,

        @Default("8h") @Range(min = "1s", max = "30d") @Description("how long a client may send nothing")
        Duration idleTimeout,

        @Default("30s")
        @Range(min = "100ms", max = "1h")
        @Description("how long a client may pause in the middle of a command")
        Duration readTimeout,

        @Default("5s") @Range(min = "0s", max = "5m") @Description("how long a command waits while there is no primary")
        Duration primaryTimeout,

        @Default("500ms")
        @Range(min = "0s", max = "10s")
        @Description("how long a connection is kept after a statement with warnings")
        Duration linger) {

    /** @return what all sessions together may keep */
    public ClientMemory memory() {
        return new ClientMemory(
                new MemoryBudget(totalInput == null ? ClientMemory.usualInput() : totalInput.bytes()),
                new MemoryBudget(totalPrepared == null ? ClientMemory.usualPrepared() : totalPrepared.bytes()));
    }
}
