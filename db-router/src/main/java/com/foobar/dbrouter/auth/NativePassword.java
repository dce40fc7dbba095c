package com.foobar.dbrouter.auth;

import java.security.MessageDigest;

/**
 * {@code mysql_native_password} (MySQL manual, "Native Authentication"): SHA1(password) XOR SHA1(nonce,
 * SHA1(SHA1(password))).
 */
public final class NativePassword {
    public static final String PLUGIN = "mysql_native_password";
    static final int RESPONSE_LENGTH = 20;

    private NativePassword() {}

    /** @return what a client with this password answers to the nonce; empty for the empty password */
    public static byte[] scramble(byte[] password, byte[] nonce) {
        if (password.length == 0) {
            return new byte[0];
        }
        MessageDigest sha1 = Digests.sha1();
        byte[] stage1 = sha1.digest(password);
        byte[] stage2 = sha1.digest(stage1);
        sha1.update(nonce);
        return Digests.xor(stage1, sha1.digest(stage2));
    }
}
