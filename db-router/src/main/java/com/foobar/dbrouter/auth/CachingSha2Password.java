package com.foobar.dbrouter.auth;

import java.security.MessageDigest;

/**
 * The fast way of {@code caching_sha2_password} (MySQL manual, "Caching_sha2_password information"): SHA256(password) XOR
 * SHA256(SHA256(SHA256(password)), nonce). The full way, by the server's RSA key, is {@link RsaPassword}.
 */
public final class CachingSha2Password {
    public static final String PLUGIN = "caching_sha2_password";
    static final int RESPONSE_LENGTH = 32;

    /** What follows 01 in the packet of either side. */
    static final int REQUEST_PUBLIC_KEY = 2;

    static final int FAST_OK = 3;
    static final int FULL_NEEDED = 4;

    private CachingSha2Password() {}

    /** @return what a client with this password answers to the nonce; empty for the empty password */
    public static byte[] scramble(byte[] password, byte[] nonce) {
        if (password.length == 0) {
            return new byte[0];
        }
        MessageDigest sha256 = Digests.sha256();
        byte[] stage1 = sha256.digest(password);
        byte[] verifier = sha256.digest(stage1);
        sha256.update(verifier);
        return Digests.xor(stage1, sha256.digest(nonce));
    }
}
