package com.foobar.dbrouter.auth;

import java.security.MessageDigest;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One who may use the router. Where the settings have a verifier instead of a password, the password is learned from the
 * first login that proves it, and kept in memory: servers are logged in to with it, and later logins take the fast way.
 * Safe from any thread; never printed.
 */
public final class User {
    /** The longest password, as the servers' (MySQL's {@code MAX_PLAINTEXT_LENGTH}). */
    static final int LONGEST_PASSWORD = 256;

    private final String name;
    private final UserLimits limits;
    private final @Nullable Verifier verifier;
    private final @Nullable StatementRate rate;
    private final AtomicInteger connections = new AtomicInteger();
    private volatile @Nullable ServerCredential known;

    private User(String name, UserLimits limits, @Nullable Verifier verifier, @Nullable ServerCredential known) {
        this.name = name;
        this.limits = limits;
        Integer perSecond = limits.maxRate();
        this.rate = perSecond == null ? null : new StatementRate(perSecond, System.nanoTime());
        this.verifier = verifier;
        this.known = known;
    }

    /** @param name one char per byte */
    public static User withPassword(String name, byte[] password, UserLimits limits) {
        return new User(name, limits, null, ServerCredential.ofPassword(password));
    }

    /** @param name one char per byte */
    public static User withVerifier(String name, Verifier verifier, UserLimits limits) {
        return new User(name, limits, verifier, null);
    }

    /** @return as it goes over the wire, one char per byte */
    public String name() {
        return name;
    }

    public UserLimits limits() {
        return limits;
    }

    /** @return whether there may be one more connection of this user, which is counted until {@link #leave} */
    public boolean enter() {
        Integer most = limits.maxConnections();
        if (connections.incrementAndGet() <= (most == null ? Integer.MAX_VALUE : most)) {
            return true;
        }
        connections.decrementAndGet();
        return false;
    }

    /** One of the connections has ended. */
    public void leave() {
        connections.decrementAndGet();
    }

    /** @return whether there may be one more statement at that time of {@link System#nanoTime} */
    public boolean tryStatement(long now) {
        return rate == null || rate.tryAcquire(now);
    }

    /** @return what can be proved to servers; null where no login has shown it yet */
    public @Nullable ServerCredential credential() {
        return known;
    }

    boolean hasVerifier() {
        return verifier != null;
    }

    private byte @Nullable [] password() {
        ServerCredential credential = known;
        return credential == null ? null : credential.password();
    }

    boolean hasEmptyPassword() {
        byte[] password = password();
        return password != null && password.length == 0;
    }

    /** Whether a verifier by itself can tell nothing by that method: then its user is asked in another way. */
    boolean isVerifiedOtherwise(String plugin) {
        return verifier != null && !(verifier instanceof Verifier.Native && plugin.equals(NativePassword.PLUGIN));
    }

    /** @return the method to ask for, the same before the password is known as after that */
    String plugin(String preferred) {
        return verifier == null ? preferred : verifier.plugin();
    }

    /** @return whether the answer to the nonce was made with this user's password */
    boolean check(String plugin, byte[] answer, byte[] nonce) {
        byte[] password = password();
        if (password != null) {
            byte[] expected = plugin.equals(CachingSha2Password.PLUGIN)
                    ? CachingSha2Password.scramble(password, nonce)
                    : NativePassword.scramble(password, nonce);
            return MessageDigest.isEqual(expected, answer);
        }
        if (verifier instanceof Verifier.Native stored && answer.length == NativePassword.RESPONSE_LENGTH) {
            byte[] stage1 = stored.stage1(answer, nonce);
            boolean right = stored.matchesStage1(stage1);
            if (right && known == null) {
                known = ServerCredential.ofSha1(stage1);
            }
            return right;
        }
        return false;
    }

    /** Whether this is the password; takes milliseconds where there is a verifier. */
    boolean check(byte[] given) {
        if (given.length > LONGEST_PASSWORD) {
            return false;
        }
        byte[] password = password();
        if (password != null && MessageDigest.isEqual(password, given)) {
            return true;
        }
        // Known or not, a wrong password takes the same time.
        boolean right = verifier != null && verifier.matches(given);
        if (right) {
            known = ServerCredential.ofPassword(given);
        }
        return right;
    }

    /**
     * @param random 20 bytes
     * @return one who is asked the same questions as this one, and has no right answer
     */
    User decoy(byte[] random) {
        if (verifier instanceof Verifier.Native) {
            return withVerifier("", new Verifier.Native(random.clone()), UserLimits.NONE);
        }
        if (verifier instanceof Verifier.CachingSha2 stored) {
            return withVerifier("", stored.decoy(random), UserLimits.NONE);
        }
        return withPassword("", random, UserLimits.NONE);
    }

    @Override
    public String toString() {
        return "User[" + name + "]";
    }
}
