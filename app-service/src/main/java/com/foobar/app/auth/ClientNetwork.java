package com.foobar.app.auth;

import io.netty.util.NetUtil;
import java.util.Arrays;
import java.util.HexFormat;

/** Whom an address stands for: an IPv4 address itself, of an IPv6 address the /64 network, all of which one client has. */
final class ClientNetwork {
    private static final int NETWORK_BYTES = 8;
    private static final int IPV4_BYTES = 4;

    private ClientNetwork() {}

    /** @param address as text; what is none stands for itself */
    static String of(String address) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
        if (bytes == null || bytes.length == IPV4_BYTES) {
            return address;
        }
        return HexFormat.of().formatHex(Arrays.copyOf(bytes, NETWORK_BYTES)) + "/64";
    }
}
