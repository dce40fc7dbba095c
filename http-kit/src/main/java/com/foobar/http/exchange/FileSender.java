package com.foobar.http.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.util.ReferenceCountUtil;
import java.io.EOFException;
import java.io.IOException;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a file to a stream piece by piece, as fast as the client takes it: where the bytes must be encrypted or framed, and {@code sendfile} cannot be used. Files are read on the
 * given executor, never on the event loop.
 */
public final class FileSender {
    private static final int PIECE = 64 * 1024;
    private static final Logger log = LoggerFactory.getLogger(FileSender.class);

    private final RequestStream stream;
    private final FileBody file;
    private final Executor executor;
    private long sent;
    private boolean reading;
    private boolean closed;

    public FileSender(RequestStream stream, FileBody file, Executor executor) {
        this.stream = stream;
        this.file = file;
        this.executor = executor;
    }

    /** Sends the next piece unless one is being read, or the client has not taken the last ones yet. To be called at first and whenever the stream became writable. */
    public void proceed() {
        if (closed || reading || !stream.writable()) {
            return;
        }
        if (sent == file.count()) {
            close();
            stream.end();
            return;
        }
        reading = true;
        int count = (int) Math.min(PIECE, file.count() - sent);
        ByteBuf piece = stream.allocator().buffer(count);
        executor.execute(() -> read(piece, count));
    }

    private void read(ByteBuf piece, int count) {
        try {
            while (piece.readableBytes() < count) {
                long position = file.position() + sent + piece.readableBytes();
                if (piece.writeBytes(file.channel(), position, count - piece.readableBytes()) < 0) {
                    throw new EOFException("the file became shorter while it was sent");
                }
            }
            stream.eventLoop().execute(() -> write(piece, count));
        } catch (IOException | RuntimeException e) {
            ReferenceCountUtil.safeRelease(piece);
            stream.eventLoop().execute(() -> failed(e));
        }
    }

    private void write(ByteBuf piece, int count) {
        reading = false;
        if (closed) {
            piece.release();
            closeChannel();
            return;
        }
        sent += count;
        stream.write(piece);
        stream.flush();
        proceed();
    }

    private void failed(Exception cause) {
        reading = false;
        boolean expected = closed;
        closed = true;
        closeChannel();
        if (!expected) {
            log.warn("a file could not be sent: {}", cause.toString());
            stream.abort(new ProxyError.Internal());
        }
    }

    /** Stops sending and closes the file. */
    public void close() {
        if (!closed) {
            closed = true;
            if (!reading) {
                closeChannel();
            }
        }
    }

    private void closeChannel() {
        try {
            file.channel().close();
        } catch (IOException e) {
            log.debug("a file that was read only could not be closed", e);
        }
    }
}
