package com.foobar.dbrouter.auth;

import org.jspecify.annotations.Nullable;

/**
 * What the router can prove to a server: a password, or where it has only seen a login by {@code mysql_native_password} of
 * a user with a stored verifier, the password's SHA-1. Immutable; never printed.
 */
public final class ServerCredential {
    private final byte @Nullable [] password;
    private final byte[] sha1;

    private ServerCredential(byte @Nullable [] password, byte[] sha1) {
        this.password = password;
        this.sha1 = sha1;
    }

    /** @param password empty where the user has none */
    public static ServerCredential ofPassword(byte[] password) {
        return new ServerCredential(
                password.clone(), password.length == 0 ? new byte[0] : NativePassword.stage1(password));
    }

    static ServerCredential ofSha1(byte[] sha1) {
        return new ServerCredential(null, sha1);
    }

    /** @return the password, empty for none; null where it is not known */
    byte @Nullable [] password() {
        return password;
    }

    /** @return SHA1(password); empty for the empty password */
    byte[] sha1() {
        return sha1;
    }

    @Override
    public String toString() {
        return "ServerCredential[" + (password == null ? "SHA-1" : "password") + "]";
    }
}
