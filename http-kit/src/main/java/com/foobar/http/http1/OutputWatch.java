package com.foobar.http.http1;

import com.foobar.http.exchange.Deadline;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.FileRegion;
import org.jspecify.annotations.Nullable;

/** Notices a client that takes nothing of what is being sent. One that takes little, but something, is waited for. */
final class OutputWatch {
    private final Channel channel;
    private final long limitNanos;
    private final Runnable stalled;
    private final Deadline deadline;
    /** A file on its way by sendfile; the channel does not count its bytes. */
    private @Nullable FileRegion file;

    private long progress;

    /** @param stalled called when nothing was taken for that long */
    OutputWatch(Channel channel, long limitNanos, Runnable stalled) {
        this.channel = channel;
        this.limitNanos = limitNanos;
        this.stalled = stalled;
        this.deadline = new Deadline(channel.eventLoop(), this::check);
    }

    /** The channel takes more again, or no more for now. */
    void writabilityChanged(boolean writable) {
        if (!writable) {
            watch();
        } else if (file == null) {
            deadline.clear();
        }
    }

    void fileBegins(FileRegion newFile) {
        file = newFile;
        watch();
    }

    void fileEnded() {
        file = null;
        if (channel.isWritable()) {
            deadline.clear();
        }
    }

    /** Whether the client took something since this was last asked and some is left to take. */
    boolean progresses() {
        long before = progress;
        progress = measure();
        return pending() > 0 && progress != before;
    }

    void cancel() {
        deadline.cancel();
    }

    private void watch() {
        progress = measure();
        deadline.in(limitNanos);
    }

    private void check() {
        if (measure() != progress) {
            watch();
        } else {
            stalled.run();
        }
    }

    private long measure() {
        FileRegion region = file;
        return (region == null ? 0 : region.transferred()) - pending();
    }

    private long pending() {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }
}
