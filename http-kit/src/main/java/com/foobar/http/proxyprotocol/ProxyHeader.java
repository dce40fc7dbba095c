package com.foobar.http.proxyprotocol;

import io.netty.buffer.ByteBuf;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The header that a proxy puts before a connection to tell whom it speaks for (The PROXY protocol, versions 1 and 2, W. Tarreau, HAProxy Technologies, 2020).
 *
 * @param remote the client, or null where the proxy speaks for itself or does not know: then the connection's own addresses are meant
 * @param local the address that the client connected to; null together with {@code remote}
 */
public record ProxyHeader(
        @Nullable InetSocketAddress remote, @Nullable InetSocketAddress local) {
    private static final byte[] SIGNATURE = {'\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'};
    private static final byte[] TEXT = {'P', 'R', 'O', 'X', 'Y', ' '};
    /** The longest line of version 1, its end included (§2.1). */
    private static final int MAX_LINE = 107;

    private static final int FIXED = 16;
    /** Of what follows the fixed part of version 2: addresses, and extensions that are not looked at. */
    private static final int MAX_REST = 4096;

    private static final int LOCAL = 0x20;
    private static final int PROXY = 0x21;
    private static final int TCP4 = 0x11;
    private static final int TCP6 = 0x21;

    private static final ProxyHeader UNKNOWN = new ProxyHeader(null, null);

    /** What came is no header. */
    public static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;

        Malformed(String message) {
            super(message, null, false, false);
        }
    }

    /**
     * Reads the header from the front of the buffer, or nothing.
     *
     * @return null where more is needed
     * @throws Malformed as soon as it is clear that this becomes no header
     */
    public static @Nullable ProxyHeader read(ByteBuf in) throws Malformed {
        if (startsWith(in, TEXT)) {
            return readLine(in);
        }
        if (startsWith(in, SIGNATURE)) {
            return readBinary(in);
        }
        throw new Malformed("neither version 1 nor version 2");
    }

    /** Whether what is there begins so, as far as it goes. */
    private static boolean startsWith(ByteBuf in, byte[] beginning) {
        int length = Math.min(in.readableBytes(), beginning.length);
        for (int i = 0; i < length; i++) {
            if (in.getByte(in.readerIndex() + i) != beginning[i]) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable ProxyHeader readLine(ByteBuf in) throws Malformed {
        int length = in.bytesBefore(Math.min(in.readableBytes(), MAX_LINE), (byte) '\n');
        if (length < 0) {
            if (in.readableBytes() >= MAX_LINE) {
                throw new Malformed("a line without end");
            }
            return null;
        }
        String line = in.toString(in.readerIndex(), length + 1, StandardCharsets.ISO_8859_1);
        if (!line.endsWith("\r\n")) {
            throw new Malformed("a line that does not end with CR LF");
        }
        ProxyHeader header = parse(line.substring(0, line.length() - 2));
        in.skipBytes(length + 1);
        return header;
    }

    private static ProxyHeader parse(String line) throws Malformed {
        if (line.equals("PROXY UNKNOWN") || line.startsWith("PROXY UNKNOWN ")) {
            return UNKNOWN;
        }
        String[] words = line.split(" ", -1);
        if (words.length != 6) {
            throw new Malformed("not six words");
        }
        int family =
                switch (words[1]) {
                    case "TCP4" -> 4;
                    case "TCP6" -> 16;
                    default -> throw new Malformed("neither TCP4, TCP6 nor UNKNOWN");
                };
        return new ProxyHeader(
                new InetSocketAddress(address(words[2], family), port(words[4])),
                new InetSocketAddress(address(words[3], family), port(words[5])));
    }

    private static InetAddress address(String text, int family) throws Malformed {
        boolean valid = family == 4
                ? NetUtil.isValidIpV4Address(text) && !text.matches("(?:.*\\.)?0[0-9].*")
                : NetUtil.isValidIpV6Address(text) && text.indexOf('%') < 0 && text.indexOf('[') < 0;
        byte[] bytes = valid ? NetUtil.createByteArrayFromIpAddressString(text) : null;
        if (bytes == null || bytes.length != family) {
            throw new Malformed("an address that is none");
        }
        return inet(bytes);
    }

    private static int port(String text) throws Malformed {
        boolean digits = !text.isEmpty()
                && text.length() <= 5
                && text.chars().allMatch(c -> c >= '0' && c <= '9')
                && (text.length() == 1 || text.charAt(0) != '0');
        int port = digits ? Integer.parseInt(text) : -1;
        if (port < 0 || port > 65_535) {
            throw new Malformed("a port that is none");
        }
        return port;
    }

    private static @Nullable ProxyHeader readBinary(ByteBuf in) throws Malformed {
        if (in.readableBytes() < FIXED) {
            return null;
        }
        int start = in.readerIndex();
        int command = in.getUnsignedByte(start + 12);
        int family = in.getUnsignedByte(start + 13);
        int rest = in.getUnsignedShort(start + 14);
        if (command != LOCAL && command != PROXY) {
            throw new Malformed("neither LOCAL nor PROXY of version 2");
        }
        if (rest > MAX_REST) {
            throw new Malformed(rest + " bytes, more than " + MAX_REST);
        }
        int size = family == TCP4 ? 4 : family == TCP6 ? 16 : 0;
        if (command == PROXY && size > 0 && rest < 2 * size + 4) {
            throw new Malformed("too short for its addresses");
        }
        if (in.readableBytes() < FIXED + rest) {
            return null;
        }
        ProxyHeader header = UNKNOWN;
        // Of other families (UDP, UNIX, unspecified) the connection's own addresses are used (§2.2).
        if (command == PROXY && size > 0) {
            int at = start + FIXED;
            header = new ProxyHeader(
                    socket(in, at, size, at + 2 * size), socket(in, at + size, size, at + 2 * size + 2));
        }
        in.skipBytes(FIXED + rest);
        return header;
    }

    private static InetSocketAddress socket(ByteBuf in, int at, int size, int portAt) throws Malformed {
        byte[] bytes = new byte[size];
        in.getBytes(at, bytes);
        return new InetSocketAddress(inet(bytes), in.getUnsignedShort(portAt));
    }

    private static InetAddress inet(byte[] bytes) throws Malformed {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new Malformed("an address that is none");
        }
    }

    /** Writes the line of version 1. */
    public void writeText(ByteBuf out) {
        if (remote == null || local == null || mixed(remote, local)) {
            out.writeCharSequence("PROXY UNKNOWN\r\n", StandardCharsets.US_ASCII);
            return;
        }
        boolean v4 = remote.getAddress().getAddress().length == 4;
        out.writeCharSequence(
                "PROXY " + (v4 ? "TCP4 " : "TCP6 ") + text(remote) + " " + text(local) + " " + remote.getPort() + " "
                        + local.getPort() + "\r\n",
                StandardCharsets.US_ASCII);
    }

    /** Writes the header of version 2, without extensions. */
    public void writeBinary(ByteBuf out) {
        out.writeBytes(SIGNATURE);
        if (remote == null || local == null || mixed(remote, local)) {
            out.writeByte(LOCAL).writeByte(0).writeShort(0);
            return;
        }
        byte[] from = remote.getAddress().getAddress();
        byte[] to = local.getAddress().getAddress();
        out.writeByte(PROXY).writeByte(from.length == 4 ? TCP4 : TCP6).writeShort(2 * from.length + 4);
        out.writeBytes(from).writeBytes(to).writeShort(remote.getPort()).writeShort(local.getPort());
    }

    private static boolean mixed(InetSocketAddress remote, InetSocketAddress local) {
        return remote.getAddress().getAddress().length != local.getAddress().getAddress().length;
    }

    private static String text(InetSocketAddress address) {
        return NetUtil.toAddressString(address.getAddress());
    }
}
