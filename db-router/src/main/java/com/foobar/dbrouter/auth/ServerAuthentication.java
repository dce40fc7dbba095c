package com.foobar.dbrouter.auth;

import com.foobar.dbrouter.protocol.ErrPacket;
import com.foobar.dbrouter.protocol.HandshakeV10;
import com.foobar.dbrouter.protocol.MalformedPacketException;
import com.foobar.dbrouter.protocol.Packets;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Proves a user's password to one server. The full way of {@code caching_sha2_password} goes by TLS where the connection
 * has it, else by the server's RSA key.
 *
 * <pre>
 * {@link #begin} ─► response for the handshake; then for each packet of the server {@link #answer}:
 *   OK ► done, ERR ► {@link #error}, AuthSwitchRequest or AuthMoreData ► a payload to send, or nothing yet
 * </pre>
 *
 * Belongs to one event loop.
 */
public final class ServerAuthentication {
    private final ServerCredential credential;
    private boolean secure;
    private byte[] nonce = {};
    private String plugin = "";
    private boolean done;
    private @Nullable ErrPacket error;

    public ServerAuthentication(ServerCredential credential) {
        this.credential = credential;
    }

    /**
     * @param tls whether the connection has TLS
     * @return the authentication response to go with {@link #plugin} into the handshake response
     */
    public byte[] begin(HandshakeV10 greeting, boolean tls) {
        nonce = greeting.nonce();
        secure = tls;
        boolean sha2 = greeting.authPlugin().equals(CachingSha2Password.PLUGIN) && credential.password() != null;
        plugin = sha2 ? CachingSha2Password.PLUGIN : NativePassword.PLUGIN;
        return scramble();
    }

    /** @return the method in use */
    public String plugin() {
        return plugin;
    }

    /**
     * Takes the server's packet.
     *
     * @return a payload to send, or null where nothing is to be sent: look at {@link #done} and {@link #error}, or wait
     * @throws MalformedPacketException where the packet has no place in this phase
     */
    public byte @Nullable [] answer(ByteBuf payload) {
        if (!payload.isReadable()) {
            throw new MalformedPacketException("an empty packet while logging in");
        }
        int first = payload.getUnsignedByte(payload.readerIndex());
        return switch (first) {
            case Packets.OK -> {
                done = true;
                yield null;
            }
            case Packets.ERR -> {
                error = ErrPacket.read(payload);
                yield null;
            }
            case 0xfe -> switchPlugin(payload.skipBytes(1));
            case 0x01 -> more(payload.skipBytes(1));
            default ->
                throw new MalformedPacketException("a packet that begins with 0x" + Integer.toHexString(first)
                        + " while logging in (expected: OK, ERR, AuthSwitchRequest or AuthMoreData)");
        };
    }

    private byte @Nullable [] switchPlugin(ByteBuf payload) {
        int end = payload.bytesBefore((byte) 0);
        if (end < 0) {
            throw new MalformedPacketException("the server asks for the authentication of before MySQL 4.1");
        }
        plugin = payload.readCharSequence(end, StandardCharsets.US_ASCII).toString();
        payload.skipBytes(1);
        nonce = new byte[Math.min(HandshakeV10.NONCE_LENGTH, payload.readableBytes())];
        payload.readBytes(nonce);
        if (!isKnown(plugin)) {
            error = new ErrPacket(
                    2059,
                    "HY000",
                    "the server asks for the authentication method " + plugin
                            + ", which db-router does not have (it has " + CachingSha2Password.PLUGIN + " and "
                            + NativePassword.PLUGIN + ")");
            return null;
        }
        if (plugin.equals(CachingSha2Password.PLUGIN) && credential.password() == null) {
            error = new ErrPacket(
                    2059,
                    "HY000",
                    "the server asks for " + CachingSha2Password.PLUGIN + ", for which the password is needed: of this"
                            + " user db-router has a verifier of " + NativePassword.PLUGIN
                            + " only and has seen no login that shows the password");
            return null;
        }
        if (nonce.length < HandshakeV10.NONCE_LENGTH) {
            throw new MalformedPacketException("a nonce of " + nonce.length + " bytes (expected: 20)");
        }
        return scramble();
    }

    private byte @Nullable [] more(ByteBuf data) {
        int first = data.isReadable() ? data.getUnsignedByte(data.readerIndex()) : -1;
        if (data.readableBytes() == 1 && first == CachingSha2Password.FAST_OK) {
            return null;
        }
        if (data.readableBytes() == 1 && first == CachingSha2Password.FULL_NEEDED) {
            byte[] password = credential.password();
            return secure && password != null
                    ? Arrays.copyOf(password, password.length + 1)
                    : new byte[] {CachingSha2Password.REQUEST_PUBLIC_KEY};
        }
        byte[] pem = new byte[data.readableBytes()];
        data.readBytes(pem);
        byte[] password = credential.password();
        try {
            if (password == null) {
                throw new GeneralSecurityException("the password is not known");
            }
            return RsaPassword.encrypt(password, nonce, pem);
        } catch (GeneralSecurityException e) {
            error = new ErrPacket(2061, "HY000", "full authentication failed: " + e.getMessage());
            return null;
        }
    }

    private byte[] scramble() {
        byte[] password = credential.password();
        return plugin.equals(CachingSha2Password.PLUGIN) && password != null
                ? CachingSha2Password.scramble(password, nonce)
                : NativePassword.scrambleOf(credential.sha1(), nonce);
    }

    private static boolean isKnown(String plugin) {
        return plugin.equals(CachingSha2Password.PLUGIN) || plugin.equals(NativePassword.PLUGIN);
    }

    /** @return whether the server has accepted the user */
    public boolean done() {
        return done;
    }

    /** @return why not, in the server's words or ours; null where there was no refusal */
    public @Nullable ErrPacket error() {
        return error;
    }
}
