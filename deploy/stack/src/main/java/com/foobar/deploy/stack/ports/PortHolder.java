package com.foobar.deploy.stack.ports;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The process that listens on a TCP port, found as {@code ss -ltnp} does: the socket's inode in {@code /proc/net/tcp}
 * (proc(5)), then the process that has it open. Other users' processes are not visible.
 *
 * @param command the command line, shortened
 */
public record PortHolder(long pid, String command) {

    private static final int MAX_COMMAND = 120;
    private static final String LISTEN = "0A";

    /** Who listens on the port; empty when nobody does or the process cannot be seen. */
    public static Optional<PortHolder> of(int port) {
        return inode(Path.of("/proc/net/tcp"), port)
                .or(() -> inode(Path.of("/proc/net/tcp6"), port))
                .flatMap(PortHolder::ownerOf);
    }

    @Override
    public String toString() {
        return "pid " + pid + " (" + command + ")";
    }

    private static Optional<String> inode(Path table, int port) {
        String suffix = ":%04X".formatted(port);
        try (var lines = Files.lines(table, StandardCharsets.US_ASCII)) {
            // sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode …
            return lines.map(line -> line.trim().split("\\s+"))
                    .filter(fields -> fields.length > 9 && fields[1].endsWith(suffix) && fields[3].equals(LISTEN))
                    .map(fields -> fields[9])
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<PortHolder> ownerOf(String inode) {
        String socket = "socket:[" + inode + "]";
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (hasOpen(process, socket)) {
                    long pid = Long.parseLong(process.getFileName().toString());
                    return Optional.of(new PortHolder(pid, command(process)));
                }
            }
        } catch (IOException e) {
            return Optional.empty();
        }
        return Optional.empty();
    }

    private static boolean hasOpen(Path process, String socket) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path file : files) {
                if (Files.isSymbolicLink(file)
                        && Files.readSymbolicLink(file).toString().equals(socket)) {
                    return true;
                }
            }
        } catch (IOException e) {
            // Another user's process, or one that has just ended: not visible to us.
            return false;
        }
        return false;
    }

    private static String command(Path process) {
        try {
            String line = Files.readString(process.resolve("cmdline"), StandardCharsets.UTF_8)
                    .replace('\0', ' ')
                    .trim();
            return line.length() <= MAX_COMMAND ? line : line.substring(0, MAX_COMMAND) + "…";
        } catch (IOException e) {
            return "unknown command";
        }
    }
}
