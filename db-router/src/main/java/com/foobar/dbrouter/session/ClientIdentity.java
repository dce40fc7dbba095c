package com.foobar.dbrouter.session;

import java.net.InetAddress;

/**
 * Who is at the other end.
 *
 * @param connectionId the router's own, unsigned
 * @param address where it comes from
 * @param nonce of the greeting, which COM_CHANGE_USER uses again
 * @param secure whether the connection has TLS
 * @param capabilities all that were agreed on with the client
 */
// The array is bytes of the wire, made once and never changed.
@SuppressWarnings("ArrayRecordComponent")
public record ClientIdentity(int connectionId, InetAddress address, byte[] nonce, boolean secure, long capabilities) {
    /** @return the address as in error messages */
    String host() {
        return address.getHostAddress();
    }

    @Override
    public String toString() {
        return Integer.toUnsignedString(connectionId) + "@" + host();
    }
}
