package com.foobar.dbrouter.auth;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * Checks one client. A client that used another method than it could, or none yet, is asked once to switch
 * ({@code AuthSwitchRequest}).
 *
 * <pre>
 * {@link #begin} ─► ACCEPTED | DENIED | MORE: send {@link #toSend}, then {@link #answer} with the client's packet ─► …
 * </pre>
 *
 * Belongs to one event loop.
 */
public final class ClientAuthentication {
    /** How the check stands. {@link #toSend} may hold a payload to send before in any case. */
    public enum Outcome {
        ACCEPTED,
        DENIED,
        MORE
    }

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Users users;
    private final String defaultPlugin;
    private final byte[] nonce;
    private String user = "";
    private String plugin = "";
    private boolean switched;
    private boolean passwordGiven;
    private byte @Nullable [] toSend;

    /** @param defaultPlugin what a client with an unknown method is asked to switch to */
    public ClientAuthentication(Users users, String defaultPlugin, byte[] nonce) {
        this.users = users;
        this.defaultPlugin = defaultPlugin;
        this.nonce = nonce.clone();
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
     * @param usedPlugin what the client made it with; null where it did not say: the oldest
     */
    public Outcome begin(String name, @Nullable String usedPlugin, byte[] response) {
        user = name;
        plugin = usedPlugin == null ? NativePassword.PLUGIN : usedPlugin;
        switched = false;
        toSend = null;
        boolean known = plugin.equals(NativePassword.PLUGIN) || plugin.equals(CachingSha2Password.PLUGIN);
        boolean empty = response.length <= 1 && users.passwordToCheck(name).length == 0;
        // Clients that are to be asked again send nothing, or what some other method wants.
        if (!known || (!empty && response.length != responseLength())) {
            return switchTo(known ? methodOfTheClient() : defaultPlugin);
        }
        return check(response);
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
    public Outcome answer(byte[] response) {
        toSend = null;
        return check(response);
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

    private Outcome check(byte[] response) {
        byte[] password = users.passwordToCheck(user);
        boolean sha2 = plugin.equals(CachingSha2Password.PLUGIN);
        byte[] expected =
                sha2 ? CachingSha2Password.scramble(password, nonce) : NativePassword.scramble(password, nonce);
        // caching_sha2_password says "empty password" by one zero byte.
        byte[] given = response.length == 1 && response[0] == 0 ? new byte[0] : response;
        passwordGiven = given.length > 0;
        boolean equal = MessageDigest.isEqual(expected, given);
        if (!equal || !users.has(user)) {
            return Outcome.DENIED;
        }
        if (sha2 && password.length > 0) {
            toSend = new byte[] {1, CachingSha2Password.FAST_OK};
        }
        return Outcome.ACCEPTED;
    }

    /** @return a payload to send to the client now, or null */
    public byte @Nullable [] toSend() {
        return toSend;
    }

    /** @return the user that is checked, one char per byte */
    public String user() {
        return user;
    }

    /** @return whether the client has tried a password, rather than none */
    public boolean passwordGiven() {
        return passwordGiven;
    }
}
