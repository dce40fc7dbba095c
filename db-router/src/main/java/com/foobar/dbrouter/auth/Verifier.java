package com.foobar.dbrouter.auth;

import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Locale;

/**
 * What a server keeps instead of a password, in the server's own form ({@code authentication_string} of {@code mysql.user}).
 * It tells a right password from a wrong one, and nothing more.
 */
public sealed interface Verifier {
    /** What {@link #parse} takes, for messages. */
    String EXPECTED =
            "'*' and 40 hexadecimal digits (mysql_native_password), or '$A$', rounds, '$', a salt of 20 bytes and 43 "
                    + "characters (caching_sha2_password), the latter better as 0x and hexadecimal digits";

    /** @return the method whose server keeps this */
    String plugin();

    /** Whether this is what the password becomes. May take milliseconds of computing. */
    boolean matches(byte[] password);

    /**
     * Reads {@code *…}, {@code $A$…} or either as {@code 0x} and the bytes in hexadecimal, as {@code SHOW CREATE USER}
     * gives it with {@code print_identified_with_as_hex}.
     *
     * @throws IllegalArgumentException where it is none of these; the message shows nothing of the text
     */
    static Verifier parse(String text) {
        byte[] bytes;
        if (text.startsWith("0x") || text.startsWith("0X")) {
            try {
                bytes = ByteBufUtil.decodeHexDump(text, 2, text.length() - 2);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("hexadecimal digits that are none, or of an odd number", e);
            }
        } else {
            bytes = text.getBytes(StandardCharsets.UTF_8);
        }
        String form = new String(bytes, StandardCharsets.ISO_8859_1);
        if (form.startsWith("*")) {
            return Native.read(form);
        }
        if (form.startsWith("$A$")) {
            return CachingSha2.read(bytes, form);
        }
        throw new IllegalArgumentException("neither the form of mysql_native_password nor of caching_sha2_password");
    }

    /** {@code *} and SHA1(SHA1(password)) in hexadecimal: "Native Authentication" of the MySQL manual. */
    final class Native implements Verifier {
        private static final int LENGTH = 20;
        private final byte[] stage2;

        Native(byte[] stage2) {
            this.stage2 = stage2;
        }

        private static Native read(String form) {
            if (!form.toUpperCase(Locale.ROOT).matches("\\*[0-9A-F]{" + 2 * LENGTH + "}")) {
                throw new IllegalArgumentException("'*' and " + (form.length() - 1) + " characters");
            }
            return new Native(ByteBufUtil.decodeHexDump(form, 1, 2 * LENGTH));
        }

        @Override
        public String plugin() {
            return NativePassword.PLUGIN;
        }

        @Override
        public boolean matches(byte[] password) {
            return MessageDigest.isEqual(stage2, NativePassword.stage2(NativePassword.stage1(password)));
        }

        /** What only the password, or someone who has seen a login, gives: SHA1(password). */
        byte[] stage1(byte[] scramble, byte[] nonce) {
            return NativePassword.stage1(scramble, nonce, stage2);
        }

        boolean matchesStage1(byte[] stage1) {
            return MessageDigest.isEqual(stage2, NativePassword.stage2(stage1));
        }

        @Override
        public String toString() {
            return "Verifier[" + plugin() + "]";
        }
    }

    /** {@code $A$}, thousands of rounds as three hexadecimal digits, {@code $}, salt, digest (see {@link Sha256Crypt}). */
    final class CachingSha2 implements Verifier {
        private static final int SALT_LENGTH = 20;
        private static final int SALT_AT = 7;

        private final byte[] salt;
        private final int rounds;
        private final String digest;

        CachingSha2(byte[] salt, int rounds, String digest) {
            this.salt = salt;
            this.rounds = rounds;
            this.digest = digest;
        }

        private static CachingSha2 read(byte[] bytes, String form) {
            int length = SALT_AT + SALT_LENGTH + Sha256Crypt.ENCODED_LENGTH;
            if (bytes.length != length) {
                throw new IllegalArgumentException(bytes.length + " bytes of caching_sha2_password's " + length);
            }
            String digest = form.substring(SALT_AT + SALT_LENGTH);
            if (!form.substring(3, SALT_AT).matches("[0-9A-Fa-f]{3}\\$") || !Sha256Crypt.isEncoded(digest)) {
                throw new IllegalArgumentException(
                        "caching_sha2_password's form with characters that have no place in it");
            }
            int thousands = Integer.parseInt(form.substring(3, SALT_AT - 1), 16);
            if (thousands == 0) {
                throw new IllegalArgumentException("caching_sha2_password's form with no rounds");
            }
            return new CachingSha2(Arrays.copyOfRange(bytes, SALT_AT, SALT_AT + SALT_LENGTH), thousands * 1000, digest);
        }

        /** One that no password matches, which takes as long as this one to tell. */
        CachingSha2 decoy(byte[] otherSalt) {
            return new CachingSha2(otherSalt.clone(), rounds, "*".repeat(Sha256Crypt.ENCODED_LENGTH));
        }

        @Override
        public String plugin() {
            return CachingSha2Password.PLUGIN;
        }

        @Override
        public boolean matches(byte[] password) {
            return Sha256Crypt.isEqual(digest, Sha256Crypt.encode(password, salt, rounds));
        }

        @Override
        public String toString() {
            return "Verifier[" + plugin() + "]";
        }
    }
}
