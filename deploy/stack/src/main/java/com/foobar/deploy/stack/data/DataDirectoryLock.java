package com.foobar.deploy.stack.data;

import com.foobar.deploy.stack.failure.StackFailure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * One launcher per data directory. The kernel holds the lock and drops it with the process, however that ends: a lock
 * file that is merely there means nothing, so none is ever stale.
 */
public final class DataDirectoryLock implements AutoCloseable {
    private final FileChannel channel;

    private DataDirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    /** The lock; empty when another launcher holds it. */
    public static Optional<DataDirectoryLock> acquire(DataDirectory data) {
        try {
            FileChannel channel =
                    FileChannel.open(data.lockFile(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                channel.close();
                return Optional.empty();
            }
            return Optional.of(new DataDirectoryLock(channel));
        } catch (IOException e) {
            throw new StackFailure("data directory " + data + ": cannot be locked: " + e, e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new StackFailure("cannot release the lock of the data directory: " + e, e);
        }
    }
}
