package com.foobar.dbrouter.protocol;

import io.netty.buffer.ByteBuf;

/**
 * What every OK and EOF packet says in the same place, read without making anything, and used again for each packet (MySQL
 * manual, "OK_Packet", "EOF_Packet"). Belongs to one event loop.
 */
final class OkFields {
    private static final int SHORTEST_OK = 1 + 1 + 1 + 2 + 2;
    private static final int EOF_LENGTH = 1 + 2 + 2;

    private long affectedRows;
    private long lastInsertId;
    private int status;
    private int statusAt;
    private int warnings;
    private boolean eof;

    /** Whether a payload that begins with FE at the end of rows is an OK packet, which has more bytes than EOF. */
    static boolean isOk(ByteBuf payload) {
        return payload.readableBytes() >= SHORTEST_OK;
    }

    /**
     * Reads a whole payload that begins with 00, or with FE at the end of a result set, up to the text.
     *
     * @throws MalformedPacketException where it is cut short
     */
    void readOk(ByteBuf payload) {
        if (payload.readableBytes() < SHORTEST_OK) {
            throw new MalformedPacketException(
                    "an OK packet of " + payload.readableBytes() + " bytes (expected: at least " + SHORTEST_OK + ")");
        }
        int start = payload.readerIndex();
        payload.skipBytes(1);
        affectedRows = LengthEncoded.readInteger(payload);
        lastInsertId = LengthEncoded.readInteger(payload);
        if (payload.readableBytes() < 4) {
            throw new MalformedPacketException("an OK packet ends before its status");
        }
        statusAt = payload.readerIndex() - start;
        status = payload.readUnsignedShortLE();
        warnings = payload.readUnsignedShortLE();
        eof = false;
    }

    /**
     * Reads an EOF packet's payload.
     *
     * @throws MalformedPacketException where it is cut short
     */
    void readEof(ByteBuf payload) {
        if (payload.readableBytes() < EOF_LENGTH) {
            throw new MalformedPacketException(
                    "an EOF packet of " + payload.readableBytes() + " bytes (expected: " + EOF_LENGTH + ")");
        }
        payload.skipBytes(1);
        affectedRows = 0;
        lastInsertId = 0;
        warnings = payload.readUnsignedShortLE();
        statusAt = 3;
        status = payload.readUnsignedShortLE();
        eof = true;
    }

    /** @return whether it was an EOF packet */
    boolean isEof() {
        return eof;
    }

    /** @return 0 to 2^64 - 1, unsigned */
    long affectedRows() {
        return affectedRows;
    }

    /** @return 0 where none was generated or given */
    long lastInsertId() {
        return lastInsertId;
    }

    /** @return {@link StatusFlags} */
    int status() {
        return status;
    }

    /** @return where in the payload the status is; the warnings are behind it, and then the text of an OK packet */
    int statusAt() {
        return statusAt;
    }

    /** @return 0 to 65,535 */
    int warnings() {
        return warnings;
    }
}
