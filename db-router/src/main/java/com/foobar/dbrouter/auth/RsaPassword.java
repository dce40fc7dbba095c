package com.foobar.dbrouter.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;

/**
 * The full way of {@code caching_sha2_password} over a connection without TLS: the password and a zero byte, XORed with
 * the nonce, encrypted with the server's RSA key (OAEP with SHA-1, as OpenSSL's {@code RSA_PKCS1_OAEP_PADDING}).
 */
public final class RsaPassword {
    private static final String PADDING = "RSA/ECB/OAEPWithSHA-1AndMGF1Padding";
    private static final String BEGIN = "-----BEGIN PUBLIC KEY-----";
    private static final String END = "-----END PUBLIC KEY-----";
    private static final int KEY_BITS = 2048;

    private RsaPassword() {}

    /** @return a new key pair; takes a tenth of a second and more, so not on an event loop */
    public static KeyPair makeKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(KEY_BITS);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @throws GeneralSecurityException where the PEM text holds no RSA key */
    static byte[] encrypt(byte[] password, byte[] nonce, byte[] pem) throws GeneralSecurityException {
        byte[] terminated = Arrays.copyOf(password, password.length + 1);
        Cipher cipher = Cipher.getInstance(PADDING);
        cipher.init(Cipher.ENCRYPT_MODE, publicKey(new String(pem, StandardCharsets.US_ASCII)));
        return cipher.doFinal(Digests.xor(terminated, nonce));
    }

    /** @throws GeneralSecurityException where it was not encrypted with this key */
    static byte[] decrypt(byte[] encrypted, byte[] nonce, PrivateKey key) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(PADDING);
        cipher.init(Cipher.DECRYPT_MODE, key);
        byte[] terminated = Digests.xor(cipher.doFinal(encrypted), nonce);
        return Arrays.copyOf(terminated, Math.max(0, terminated.length - 1));
    }

    static byte[] pem(PublicKey key) {
        Base64.Encoder lines = Base64.getMimeEncoder(64, new byte[] {'\n'});
        return (BEGIN + '\n' + lines.encodeToString(key.getEncoded()) + '\n' + END + '\n')
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static PublicKey publicKey(String pem) throws GeneralSecurityException {
        int begin = pem.indexOf(BEGIN);
        int end = pem.indexOf(END);
        if (begin < 0 || end < begin + BEGIN.length()) {
            throw new GeneralSecurityException("the server sent no public key in PEM form");
        }
        try {
            byte[] encoded = Base64.getMimeDecoder().decode(pem.substring(begin + BEGIN.length(), end));
            return KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(encoded));
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("the server's public key is not base64", e);
        }
    }
}
