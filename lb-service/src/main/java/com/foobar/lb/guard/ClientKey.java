package com.foobar.lb.guard;

import java.net.Inet4Address;
import java.net.InetAddress;

/** Whom a limit per client holds for: an IPv4 address, or a /64 of IPv6, which is what one subscriber gets at least (RFC 6177 §2). */
final class ClientKey {
    /** Before an IPv4 address; as an IPv6 prefix it would be of the reserved 0::/8. */
    private static final long IPV4 = 0x0001_0000_0000L;

    private ClientKey() {}

    /** Never 0. */
    static long of(InetAddress address) {
        byte[] bytes = address.getAddress();
        boolean four = address instanceof Inet4Address;
        long key = 0;
        for (int i = 0; i < (four ? 4 : 8); i++) {
            key = (key << 8) | (bytes[i] & 0xff);
        }
        if (four) {
            return key | IPV4;
        }
        // ::/64, where loopback is, must not look like an empty entry.
        return key == 0 ? -1 : key;
    }
}
