package com.foobar.dbrouter.auth;

import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who may use the router, with the passwords that are proved on both sides. Immutable; never printed. */
public final class Users {
    private final Map<String, byte[]> passwords;
    private final byte[] nobodysPassword = new byte[16];

    /** @param passwords by user name, both as the bytes that go over the wire (names one char per byte) */
    public Users(Map<String, byte[]> passwords) {
        this.passwords = new HashMap<>();
        passwords.forEach((name, password) -> this.passwords.put(name, password.clone()));
        new SecureRandom().nextBytes(nobodysPassword);
    }

    /** @return whether there is such a user */
    public boolean has(String name) {
        return passwords.containsKey(name);
    }

    /** @return the password to prove to servers; null where there is no such user */
    public byte @Nullable [] password(String name) {
        byte[] password = passwords.get(name);
        return password == null ? null : password.clone();
    }

    /** A user who does not exist is checked like one who does, against a password nobody knows: same work, same time. */
    byte[] passwordToCheck(String name) {
        byte[] password = passwords.get(name);
        return password == null ? nobodysPassword : password;
    }

    @Override
    public String toString() {
        return "Users" + passwords.keySet();
    }
}
