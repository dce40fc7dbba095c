package com.foobar.app.auth;

import com.foobar.app.config.AuthSettings;
import com.foobar.kit.settings.Secret;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokens that callers show: JSON Web Tokens signed by HS256 (RFC 7519, RFC 7515), naming a user by number and the
 * time they end. Safe from any thread.
 */
public final class Tokens {
    private static final Logger log = LoggerFactory.getLogger(Tokens.class);
    private static final String ALGORITHM = "HS256";

    /** Signs with one key: given several, the library would take a random one. */
    private final JWTAuth signer;

    private final JWTAuth verifier;
    private final int lifetimeSeconds;

    public Tokens(Vertx vertx, AuthSettings settings) {
        List<Secret> keys = settings.jwtKeys();
        if (keys.isEmpty()) {
            log.warn("auth.jwt-keys is empty: using a random key; tokens end with this process, and no other instance"
                    + " accepts them. Two instances need the same keys");
            keys = List.of(randomKey());
        }
        this.signer = JWTAuth.create(vertx, options(keys.subList(0, 1)));
        this.verifier = JWTAuth.create(vertx, options(keys));
        this.lifetimeSeconds = Math.toIntExact(settings.tokenLifetime().toSeconds());
    }

    /** A token for a user. */
    public String issue(long userId) {
        return signer.generateToken(
                new JsonObject().put("sub", Long.toString(userId)),
                new JWTOptions().setAlgorithm(ALGORITHM).setExpiresInSeconds(lifetimeSeconds));
    }

    /** The number of the user whom a token names; fails when it is not one of ours or has ended. */
    public Future<Long> verify(String token) {
        return verifier.authenticate(new TokenCredentials(token))
                .map(user -> Long.parseLong(user.principal().getString("sub")));
    }

    private static JWTAuthOptions options(List<Secret> keys) {
        JWTAuthOptions options = new JWTAuthOptions();
        keys.forEach(key -> options.addPubSecKey(
                new PubSecKeyOptions().setAlgorithm(ALGORITHM).setBuffer(key.reveal())));
        return options;
    }

    private static Secret randomKey() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return Secret.of(Base64.getEncoder().encodeToString(key));
    }
}
