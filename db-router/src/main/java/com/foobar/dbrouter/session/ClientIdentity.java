package com.foobar.dbrouter.session;

import java.net.InetAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who is at the other end.
 *
 * @param connectionId the router's own, unsigned
 * @param address where it comes from
 * @param nonce of the greeting, which COM_CHANGE_USER uses again
 * @param secure whether the connection has TLS
 * @param consistency what its connection attribute {@value ConsistencyChoice#ATTRIBUTE} asks for; null where it has none
 * @param program what the client says it is, cut to {@value #LONGEST_PROGRAM} characters; empty where it says nothing
 * @param capabilities all that were agreed on with the client
 */
// The array is bytes of the wire, made once and never changed.
@SuppressWarnings("ArrayRecordComponent")
public record ClientIdentity(
        int connectionId,
        InetAddress address,
        byte[] nonce,
        boolean secure,
        @Nullable String consistency,
        String program,
        long capabilities) {
    private static final int LONGEST_PROGRAM = 64;

    public ClientIdentity {
        program = program.length() <= LONGEST_PROGRAM ? program : program.substring(0, LONGEST_PROGRAM);
    }

    /** @return the program that the connection attributes name, as MySQL's tools do, or else the client library */
    public static String program(Map<String, String> attributes) {
        String program = attributes.get("program_name");
        return program == null ? attributes.getOrDefault("_client_name", "") : program;
    }

    /** @return the address as in error messages */
    String host() {
        return address.getHostAddress();
    }

    @Override
    public String toString() {
        return Integer.toUnsignedString(connectionId) + "@" + host();
    }
}
