package com.foobar.dbrouter.auth;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;

/** The router's key pair, with which clients without TLS encrypt their passwords. Immutable; never printed. */
public final class RsaKeys {
    private final PrivateKey key;
    private final byte[] answer;

    public RsaKeys(KeyPair pair) {
        key = pair.getPrivate();
        byte[] pem = RsaPassword.pem(pair.getPublic());
        answer = new byte[1 + pem.length];
        answer[0] = 1;
        System.arraycopy(pem, 0, answer, 1, pem.length);
    }

    /** @return the payload that answers a client's request for the key */
    byte[] answer() {
        return answer.clone();
    }

    byte[] decrypt(byte[] encrypted, byte[] nonce) throws GeneralSecurityException {
        return RsaPassword.decrypt(encrypted, nonce, key);
    }

    @Override
    public String toString() {
        return "RsaKeys";
    }
}
