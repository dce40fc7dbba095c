package com.foobar.deploy.stack.control;

import com.foobar.deploy.stack.data.DataDirectory;
import com.foobar.deploy.stack.data.PrivateFile;
import com.foobar.deploy.stack.failure.StackFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;

/**
 * Where the running launcher of a data directory listens, and the token that it wants: readable by the owner only, so that
 * only whoever may read the data may command the stack.
 *
 * @param pid of the launcher
 */
public record ControlAddress(long pid, int port, String token) {

    void write(DataDirectory data) throws IOException {
        PrivateFile.write(data.controlFile(), pid + "\n" + port + "\n" + token + "\n");
    }

    /** What the latest launcher has left; it may have ended since. Empty when there is nothing. */
    public static Optional<ControlAddress> read(DataDirectory data) {
        if (!Files.exists(data.controlFile())) {
            return Optional.empty();
        }
        try {
            List<String> lines = Files.readAllLines(data.controlFile());
            return Optional.of(
                    new ControlAddress(Long.parseLong(lines.get(0)), Integer.parseInt(lines.get(1)), lines.get(2)));
        } catch (IOException | NumberFormatException | IndexOutOfBoundsException e) {
            throw new StackFailure(data.controlFile() + ": cannot be read: " + e, e);
        }
    }

    @Override
    public String toString() {
        return "pid " + pid + ", control port " + port;
    }
}
