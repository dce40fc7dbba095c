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
        return password.length == 0 ? new byte[0] : scrambleOf(stage1(password), nonce);
    }

    /** @return the same of SHA1(password); empty for the empty array */
    static byte[] scrambleOf(byte[] stage1, byte[] nonce) {
        return stage1.length == 0 ? stage1 : Digests.xor(stage1, mask(nonce, stage2(stage1)));
    }

    static byte[] stage1(byte[] password) {
        return Digests.sha1().digest(password);
    }

    static byte[] stage2(byte[] stage1) {
        return Digests.sha1().digest(stage1);
    }

    /** @return SHA1(password) where the answer was made with the password of this verifier, else something else */
    static byte[] stage1(byte[] scramble, byte[] nonce, byte[] stage2) {
        return Digests.xor(scramble, mask(nonce, stage2));
    }

    private static byte[] mask(byte[] nonce, byte[] stage2) {
        MessageDigest sha1 = Digests.sha1();
        sha1.update(nonce);
        return sha1.digest(stage2);
    }
}
