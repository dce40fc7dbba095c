package com.foobar.kit.net;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.Arrays;

/**
 * A range of IP addresses in CIDR notation (RFC 4632 §3.1, RFC 4291 §2.3): {@code 10.0.0.0/8}, {@code 2001:db8::/32}; an address
 * alone is a range of one. IPv4-mapped ones ({@code ::ffff:10.0.0.0/104}, RFC 4291 §2.5.5.2) are ranges of IPv4, as Java makes their addresses IPv4's.
 */
public final class Network {
    /** What an IPv4-mapped IPv6 address begins with. */
    private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};

    private static final int MAPPED_BITS = MAPPED.length * 8;

    private final byte[] prefix;
    private final int bits;

    private Network(byte[] prefix, int bits) {
        this.prefix = prefix;
        this.bits = bits;
    }

    /** @throws IllegalArgumentException for anything else, host names and addresses with bits beyond the prefix among it */
    public static Network parse(String text) {
        int slash = text.indexOf('/');
        byte[] address = NetUtil.createByteArrayFromIpAddressString(slash < 0 ? text : text.substring(0, slash));
        if (address == null || text.indexOf('%') >= 0) {
            throw new IllegalArgumentException(text + " (expected: an address or a network such as 10.0.0.0/8)");
        }
        int all = address.length * 8;
        int bits = slash < 0 ? all : prefixLength(text.substring(slash + 1), all);
        if (bits < 0) {
            throw new IllegalArgumentException(text + " (expected: a prefix length of 0-" + all + ")");
        }
        byte[] masked = address.clone();
        for (int bit = bits; bit < all; bit++) {
            masked[bit / 8] &= (byte) ~(0x80 >> bit % 8);
        }
        if (!Arrays.equals(address, masked)) {
            throw new IllegalArgumentException(text + " (expected: no bits set beyond the first " + bits + ")");
        }
        return bits >= MAPPED_BITS && isMapped(address)
                ? new Network(Arrays.copyOfRange(address, MAPPED.length, address.length), bits - MAPPED_BITS)
                : new Network(address, bits);
    }

    private static boolean isMapped(byte[] address) {
        return address.length == 16 && Arrays.equals(address, 0, MAPPED.length, MAPPED, 0, MAPPED.length);
    }

    private static int prefixLength(String text, int all) {
        if (!text.matches("[0-9]{1,3}")) {
            return -1;
        }
        int length = Integer.parseInt(text);
        return length <= all ? length : -1;
    }

    /** Whether the address is one of these; an IPv4 address is of no IPv6 network. */
    public boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length != prefix.length) {
            return false;
        }
        int whole = bits / 8;
        for (int i = 0; i < whole; i++) {
            if (bytes[i] != prefix[i]) {
                return false;
            }
        }
        int rest = bits % 8;
        return rest == 0 || (bytes[whole] ^ prefix[whole]) >> (8 - rest) == 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Network network && network.bits == bits && Arrays.equals(network.prefix, prefix);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(prefix) * 31 + bits;
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        return NetUtil.bytesToIpAddress(prefix) + "/" + bits;
    }
}
