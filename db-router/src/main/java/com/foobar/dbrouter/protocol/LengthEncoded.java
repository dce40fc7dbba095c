package com.foobar.dbrouter.protocol;

import io.netty.buffer.ByteBuf;

/**
 * Length-encoded integers and strings (MySQL manual, "Integer Types": {@code int<lenenc>}).
 *
 * <table><caption>Forms</caption>
 * <tr><th>value</th><th>bytes</th></tr>
 * <tr><td>0 to 250</td><td>1</td></tr>
 * <tr><td>251 to 65,535</td><td>3: FC and 2</td></tr>
 * <tr><td>65,536 to 16,777,215</td><td>4: FD and 3</td></tr>
 * <tr><td>16,777,216 and more</td><td>9: FE and 8</td></tr>
 * </table>
 */
public final class LengthEncoded {
    private LengthEncoded() {}

    /**
     * Reads an integer. A value of 2^63 and more comes out negative, as in every signed long.
     *
     * @throws MalformedPacketException where bytes are missing, or the first is FB (NULL) or FF (error)
     */
    public static long readInteger(ByteBuf in) {
        need(in, 1);
        int first = in.readUnsignedByte();
        if (first < 0xfb) {
            return first;
        }
        return switch (first) {
            case 0xfc -> {
                need(in, 2);
                yield in.readUnsignedShortLE();
            }
            case 0xfd -> {
                need(in, 3);
                yield in.readUnsignedMediumLE();
            }
            case 0xfe -> {
                need(in, 8);
                yield in.readLongLE();
            }
            default ->
                throw new MalformedPacketException("a length-encoded integer begins with 0x"
                        + Integer.toHexString(first) + " (expected: 00 to FA, FC, FD or FE)");
        };
    }

    /** Writes an integer, taken as unsigned, in its shortest form. */
    public static void writeInteger(ByteBuf out, long value) {
        if (value >= 0 && value < 251) {
            out.writeByte((int) value);
        } else if (value >= 0 && value <= 0xffff) {
            out.writeByte(0xfc).writeShortLE((int) value);
        } else if (value >= 0 && value <= 0xff_ffff) {
            out.writeByte(0xfd).writeMediumLE((int) value);
        } else {
            out.writeByte(0xfe).writeLongLE(value);
        }
    }

    /**
     * Reads a length and gives that many bytes as a view into {@code in}, not retained.
     *
     * @throws MalformedPacketException where the packet holds fewer bytes than the length says
     */
    public static ByteBuf readBytes(ByteBuf in) {
        return in.readSlice(readLength(in));
    }

    /**
     * Reads the length of what follows.
     *
     * @return a length that {@code in} holds
     * @throws MalformedPacketException where the packet holds fewer bytes than the length says
     */
    public static int readLength(ByteBuf in) {
        long length = readInteger(in);
        if (length < 0 || length > in.readableBytes()) {
            throw new MalformedPacketException("a string of " + Long.toUnsignedString(length)
                    + " bytes is announced where " + in.readableBytes() + " are left in the packet");
        }
        return (int) length;
    }

    /** Writes the length and the bytes. */
    public static void writeBytes(ByteBuf out, byte[] bytes) {
        writeInteger(out, bytes.length);
        out.writeBytes(bytes);
    }

    private static void need(ByteBuf in, int bytes) {
        if (in.readableBytes() < bytes) {
            throw new MalformedPacketException("the packet ends inside a length-encoded integer: " + bytes
                    + " more bytes expected, " + in.readableBytes() + " left");
        }
    }
}
