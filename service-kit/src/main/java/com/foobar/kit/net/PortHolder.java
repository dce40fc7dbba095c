package com.foobar.kit.net;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Names the process that listens on a TCP port, for the message that the port is taken. Read from Linux's {@code /proc};
 * elsewhere, or where another user's process holds it, there is nothing to say.
 */
public final class PortHolder {
    private static final Path PROC = Path.of("/proc");
    private static final String LISTEN = "0A";

    private PortHolder() {}

    /** {@code process 4711 (java lb-service.jar)}, where it can be known. */
    public static Optional<String> of(int port) {
        return Stream.of("tcp", "tcp6")
                .flatMap(table -> socketInode(PROC.resolve("net").resolve(table), port).stream())
                .flatMap(inode -> processWithSocket("socket:[" + inode + "]").stream())
                .findFirst();
    }

    /** Columns of {@code /proc/net/tcp}: sl, local_address, rem_address, st, …, inode is the tenth (proc(5)). */
    private static Optional<String> socketInode(Path table, int port) {
        String suffix = String.format(Locale.ROOT, ":%04X", port);
        try (Stream<String> lines = Files.lines(table)) {
            return lines.map(line -> line.strip().split("\\s+"))
                    .filter(columns -> columns.length > 9 && columns[1].endsWith(suffix) && columns[3].equals(LISTEN))
                    .map(columns -> columns[9])
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> processWithSocket(String socket) {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                if (holds(process, socket)) {
                    return Optional.of("process " + process.getFileName() + " (" + command(process) + ")");
                }
            }
        } catch (IOException e) {
            return Optional.empty();
        }
        return Optional.empty();
    }

    private static boolean holds(Path process, String socket) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                if (Files.readSymbolicLink(descriptor).toString().equals(socket)) {
                    return true;
                }
            }
        } catch (IOException e) {
            return false; // it ended meanwhile, or is another user's
        }
        return false;
    }

    /** The program and, for Java, its jar. Not the whole command line: it may hold what is nobody's business. */
    private static String command(Path process) {
        try {
            String[] arguments = Files.readString(process.resolve("cmdline")).split("\0");
            String program = Path.of(arguments[0]).getFileName().toString();
            for (int i = 1; i < arguments.length - 1; i++) {
                if (arguments[i].equals("-jar")) {
                    return program + " " + Path.of(arguments[i + 1]).getFileName();
                }
            }
            return program;
        } catch (IOException | RuntimeException e) {
            return "unknown";
        }
    }
}
