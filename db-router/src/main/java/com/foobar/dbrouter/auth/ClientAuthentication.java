package com.foobar.dbrouter.auth;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Checks one client. A client that used another method than can be checked, or none yet, is asked once to switch ({@code
 * AuthSwitchRequest}); one of whom only a verifier is known is asked for its password itself, protected by TLS or by the
 * router's RSA key (MySQL manual, "Caching_sha2_password information").
 *
 * <pre>
 * {@link #begin} ─► ACCEPTED | DENIED
 *            ─► MORE: send {@link #toSend}, then {@link #answer} with the client's packet ─► …
 *            ─► COMPUTING: {@link #compute} off the event loop, then {@link #computed} on it ─► …
 * </pre>
 *
 * Belongs to one event loop, except for {@link #compute}.
 */
public final class ClientAuthentication {
    /** How the check stands. {@link #toSend} may hold a payload to send before in any case. */
    public enum Outcome {
        ACCEPTED,
        DENIED,
        MORE,
        COMPUTING
    }

    /** What the client's next packet is. */
    private enum Expected {
        SCRAMBLE,
        PASSWORD,
        ENCRYPTED_PASSWORD
    }

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Users users;
    private final String defaultPlugin;
    private final byte[] nonce;
    private final boolean secure;
    private final @Nullable RsaKeys keys;
    private String name = "";
    private User user;
    private String plugin = "";
    private Expected expected = Expected.SCRAMBLE;
    private byte[] toCompute = {};
    private boolean switched;
    private boolean passwordGiven;
    private byte @Nullable [] toSend;

    /**
     * @param defaultPlugin what a client with an unknown method is asked to switch to
     * @param secure whether the connection has TLS: then passwords may come in clear
     * @param keys to encrypt passwords with where it has not; null where no user has a verifier
     */
    public ClientAuthentication(
            Users users, String defaultPlugin, byte[] nonce, boolean secure, @Nullable RsaKeys keys) {
        this.users = users;
        this.defaultPlugin = defaultPlugin;
        this.nonce = nonce.clone();
        this.secure = secure;
        this.keys = keys;
        this.user = users.toCheck("");
    }

    /** @return 20 random bytes that text-minded clients can hold: neither zero nor the dollar sign, as MySQL's */
    public static byte[] makeNonce() {
        byte[] nonce = new byte[20];
        RANDOM.nextBytes(nonce);
        for (int i = 0; i < nonce.length; i++) {
            int b = nonce[i] & 0x7f;
            nonce[i] = (byte) (b == 0 || b == '$' ? b + 1 : b);
        }
        return nonce;
    }

    /**
     * Starts with the response that came in the client's handshake or COM_CHANGE_USER.
     *
     * @param userName one char per byte
     * @param usedPlugin what the client made it with; null where it did not say: the oldest
     */
    public Outcome begin(String userName, @Nullable String usedPlugin, byte[] response) {
        name = userName;
        user = users.toCheck(userName);
        plugin = usedPlugin == null ? NativePassword.PLUGIN : usedPlugin;
        switched = false;
        expected = Expected.SCRAMBLE;
        toSend = null;
        boolean known = plugin.equals(NativePassword.PLUGIN) || plugin.equals(CachingSha2Password.PLUGIN);
        boolean empty = response.length <= 1 && user.hasEmptyPassword();
        // Clients that are to be asked again send nothing, or what some other method wants.
        if (!known || (!empty && response.length != responseLength())) {
            return switchTo(user.plugin(known ? methodOfTheClient() : defaultPlugin));
        }
        return checkScramble(response);
    }

    /** A client without the method that was offered repeats its name and sends nothing: it has the other one. */
    private String methodOfTheClient() {
        if (!plugin.equals(defaultPlugin)) {
            return plugin;
        }
        return plugin.equals(NativePassword.PLUGIN) ? CachingSha2Password.PLUGIN : NativePassword.PLUGIN;
    }

    private int responseLength() {
        return plugin.equals(CachingSha2Password.PLUGIN)
                ? CachingSha2Password.RESPONSE_LENGTH
                : NativePassword.RESPONSE_LENGTH;
    }

    /** Goes on with the client's packet after {@link Outcome#MORE}. */
    public Outcome answer(byte[] packet) {
        toSend = null;
        return switch (expected) {
            case SCRAMBLE -> checkScramble(packet);
            case PASSWORD -> secure ? takePassword(packet) : sendKey(packet);
            case ENCRYPTED_PASSWORD -> compute(packet);
        };
    }

    private Outcome switchTo(String next) {
        if (switched) {
            return Outcome.DENIED;
        }
        switched = true;
        plugin = next;
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.write(0xfe);
        request.writeBytes(next.getBytes(StandardCharsets.US_ASCII));
        request.write(0);
        request.writeBytes(nonce);
        request.write(0);
        toSend = request.toByteArray();
        return Outcome.MORE;
    }

    private Outcome checkScramble(byte[] response) {
        boolean sha2 = plugin.equals(CachingSha2Password.PLUGIN);
        // caching_sha2_password says "empty password" by one zero byte.
        byte[] given = response.length == 1 && response[0] == 0 ? new byte[0] : response;
        passwordGiven = given.length > 0;
        if (!user.check(plugin, given, nonce) || users.isNobody(user)) {
            return passwordGiven && user.isVerifiedOtherwise(plugin) ? askOtherwise(sha2) : Outcome.DENIED;
        }
        if (sha2 && passwordGiven) {
            toSend = new byte[] {1, CachingSha2Password.FAST_OK};
        }
        return Outcome.ACCEPTED;
    }

    /**
     * Whether the password is not known yet, is another one, or nobody's: a denial here and a question there would tell the
     * names that exist (caching_sha2_password falls back on the full way as well).
     */
    private Outcome askOtherwise(boolean sha2) {
        return sha2 && isPasswordWanted() ? askForPassword() : switchTo(user.plugin(plugin));
    }

    /** In clear a user of the older method is asked for that, as by MySQL: many clients do not ask for a key unbidden. */
    private boolean isPasswordWanted() {
        return secure || user.plugin(plugin).equals(CachingSha2Password.PLUGIN);
    }

    // ---- the full way of caching_sha2_password

    private Outcome askForPassword() {
        expected = Expected.PASSWORD;
        toSend = new byte[] {1, CachingSha2Password.FULL_NEEDED};
        return Outcome.MORE;
    }

    /** Over TLS: the password in clear, with a zero byte at its end. */
    private Outcome takePassword(byte[] packet) {
        int length = packet.length > 0 && packet[packet.length - 1] == 0 ? packet.length - 1 : packet.length;
        return compute(Arrays.copyOf(packet, length));
    }

    /** Without TLS: a request for the key, unless the client has it already. */
    private Outcome sendKey(byte[] packet) {
        if (keys == null) {
            return Outcome.DENIED;
        }
        if (packet.length != 1 || packet[0] != CachingSha2Password.REQUEST_PUBLIC_KEY) {
            return compute(packet);
        }
        expected = Expected.ENCRYPTED_PASSWORD;
        toSend = keys.answer();
        return Outcome.MORE;
    }

    private Outcome compute(byte[] packet) {
        toCompute = packet;
        return Outcome.COMPUTING;
    }

    /** Checks the password that the client has sent: milliseconds of computing. From any thread, once. */
    public boolean compute() {
        try {
            RsaKeys decrypting = keys;
            byte[] password = secure || decrypting == null ? toCompute : decrypting.decrypt(toCompute, nonce);
            return user.check(password);
        } catch (GeneralSecurityException e) {
            // Not encrypted with this key: as wrong as any password.
            return false;
        }
    }

    /** Goes on with what {@link #compute} has found. */
    public Outcome computed(boolean right) {
        toSend = null;
        toCompute = new byte[0];
        return right && !users.isNobody(user) ? Outcome.ACCEPTED : Outcome.DENIED;
    }

    /** @return a payload to send to the client now, or null */
    public byte @Nullable [] toSend() {
        return toSend;
    }

    /** @return the name that is checked, one char per byte */
    public String userName() {
        return name;
    }

    /** @return whom the client has proved to be; of use after {@link Outcome#ACCEPTED} only */
    public User user() {
        return user;
    }

    /**
     * What shows a client that who has the certificate knows the password as well, so that it need not trust the
     * certificate: MariaDB's clients of 11.4 and later ask for it where they cannot verify one ("Securing connections for
     * client and server", zero-configuration TLS). It takes a method of which the client's answer tells nobody the
     * password, which {@code caching_sha2_password} is not.
     *
     * @param certificate as it was shown in the TLS handshake, in DER
     * @return for the {@code info} of the OK packet; empty where the login has shown no such proof
     */
    public byte[] proofFor(byte[] certificate) {
        ServerCredential credential = user.credential();
        if (!plugin.equals(NativePassword.PLUGIN) || !passwordGiven || credential == null) {
            return new byte[0];
        }
        MessageDigest sha256 = Digests.sha256();
        byte[] fingerprint = sha256.digest(certificate);
        sha256.update(NativePassword.stage2(credential.sha1()));
        sha256.update(nonce);
        String proof = HexFormat.of().withUpperCase().formatHex(sha256.digest(fingerprint));
        return ('\1' + proof).getBytes(StandardCharsets.US_ASCII);
    }

    /** @return whether the client has tried a password, rather than none */
    public boolean passwordGiven() {
        return passwordGiven;
    }
}
