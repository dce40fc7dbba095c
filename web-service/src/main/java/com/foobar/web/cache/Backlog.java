package com.foobar.web.cache;

import com.foobar.http.exchange.RequestStream;
import com.foobar.http.message.Fields;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * What a slow client has yet to take of a response that came faster than that, because others wait for it. It is read from where it is kept to be stored, so that nothing is held
 * twice; the client is handed no more of it at a time than it takes. Belongs to the client's event loop.
 */
final class Backlog {
    private static final int PIECE = 32 * 1024;

    private final Filling kept;
    /** What came after it was decided not to store the response: little, as no more is read meanwhile. */
    private final Queue<ByteBuf> later = new ArrayDeque<>();

    private int taken;
    private Fields trailers = Fields.none();

    /**
     * @param kept where the body is, and what is still to come of it, until it is not kept any more
     * @param taken bytes of it that the client was handed
     */
    Backlog(Filling kept, int taken) {
        this.kept = kept.share();
        this.taken = taken;
    }

    /** Appends what is not kept; owns the buffer from now on. */
    void add(ByteBuf data) {
        later.add(data);
    }

    void end(Fields newTrailers) {
        trailers = newTrailers;
    }

    Fields trailers() {
        return trailers;
    }

    /** Hands the client as much as it takes; true if that is all there is now, and the backlog of no more use. */
    boolean drain(RequestStream client) {
        while (client.writable() && !isEmpty()) {
            int left = kept.length() - taken;
            if (left > 0) {
                int size = Math.min(PIECE, left);
                client.write(kept.slice(taken, size));
                taken += size;
            } else {
                client.write(later.remove());
            }
        }
        client.flush();
        if (isEmpty()) {
            kept.close();
            return true;
        }
        return false;
    }

    private boolean isEmpty() {
        return taken == kept.length() && later.isEmpty();
    }

    /** The client went away. */
    void drop() {
        kept.close();
        later.forEach(ByteBuf::release);
        later.clear();
    }
}
