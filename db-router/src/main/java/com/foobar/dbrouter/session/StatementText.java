package com.foobar.dbrouter.session;

import com.foobar.dbrouter.protocol.StatusFlags;
import com.foobar.dbrouter.routing.Assignment;
import com.foobar.dbrouter.routing.Classification;
import com.foobar.dbrouter.routing.ClassificationCache;
import com.foobar.dbrouter.routing.LexicalMode;
import io.netty.buffer.ByteBuf;

/** Reads a session's statements the way its server does: by its SQL mode and character set. Belongs to the session's loop. */
final class StatementText {
    /** A long text that came in many reads is put together for once: byte by byte, finding the piece costs more. */
    private static final int LONGEST_IN_PIECES = 16 << 10;

    private final ClassificationCache classifications;
    private LexicalMode mode = LexicalMode.DEFAULT;

    StatementText(ClassificationCache classifications) {
        this.classifications = classifications;
    }

    /** @param status the session's last known status, which tells NO_BACKSLASH_ESCAPES */
    Classification classify(ByteBuf sql, int status) {
        boolean noBackslash = StatusFlags.has(status, StatusFlags.NO_BACKSLASH_ESCAPES);
        if (noBackslash != mode.noBackslashEscapes()) {
            mode = new LexicalMode(mode.ansiQuotes(), noBackslash, mode.asciiUnsafe());
        }
        if (sql.readableBytes() <= LONGEST_IN_PIECES || sql.nioBufferCount() == 1) {
            return classifications.classify(sql, mode);
        }
        ByteBuf inOnePiece = sql.copy();
        try {
            return classifications.classify(inOnePiece, mode);
        } finally {
            inOnePiece.release();
        }
    }

    /** How the last text was read. */
    LexicalMode mode() {
        return mode;
    }

    /**
     * A {@code SET} has been carried out. Its words are all that is looked at: values are constants, and a word too many
     * only makes reading more careful.
     */
    void wasSet(Classification set, String text) {
        boolean matters = false;
        for (Assignment assignment : set.assignments()) {
            matters |= assignment.name().equals("sql_mode")
                    || assignment.name().contains("char")
                    || assignment.name().equals("names");
        }
        if (!matters) {
            return;
        }
        LexicalMode said = mode;
        for (String word : text.split("[^A-Za-z0-9_]+")) {
            LexicalMode one = LexicalMode.of(word, word);
            said = new LexicalMode(
                    said.ansiQuotes() || one.ansiQuotes(),
                    said.noBackslashEscapes(),
                    said.asciiUnsafe() || one.asciiUnsafe());
        }
        mode = said;
    }

    void startOver() {
        mode = LexicalMode.DEFAULT;
    }
}
