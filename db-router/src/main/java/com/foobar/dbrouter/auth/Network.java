package com.foobar.dbrouter.auth;

import io.netty.util.NetUtil;
import java.net.InetAddress;

/** A range of addresses, of IPv4 or IPv6 (CIDR, RFC 4632 and RFC 4291 §2.3). Immutable. */
public final class Network {
    private final String text;
    private final byte[] address;
    private final int prefix;

    private Network(String text, byte[] address, int prefix) {
        this.text = text;
        this.address = address;
        this.prefix = prefix;
    }

    /**
     * Reads {@code 10.1.0.0/16}, {@code fd00::/8} or a single address.
     *
     * @throws IllegalArgumentException where it is none of these; a name is not looked up
     */
    public static Network parse(String text) {
        int slash = text.indexOf('/');
        byte[] address = NetUtil.createByteArrayFromIpAddressString(slash < 0 ? text : text.substring(0, slash));
        if (address == null) {
            throw new IllegalArgumentException(text + " (expected: an address, or a network such as 10.1.0.0/16)");
        }
        int most = address.length * Byte.SIZE;
        String digits = slash < 0 ? String.valueOf(most) : text.substring(slash + 1);
        int prefix = digits.matches("\\d{1,3}") ? Integer.parseInt(digits) : -1;
        if (prefix < 0 || prefix > most) {
            throw new IllegalArgumentException(text + " (expected: 0 to " + most + " behind the slash)");
        }
        return new Network(text, address, prefix);
    }

    /** @return whether the address is one of these */
    public boolean contains(InetAddress other) {
        byte[] bytes = other.getAddress();
        if (bytes.length != address.length) {
            return false;
        }
        for (int bit = 0; bit < prefix; bit++) {
            int mask = 0x80 >> (bit & 7);
            if (((bytes[bit >> 3] ^ address[bit >> 3]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return text;
    }
}
