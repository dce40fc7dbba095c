package com.foobar.dbrouter.auth;

import com.foobar.dbrouter.auth.ClientAuthentication.Outcome;
import java.net.InetAddress;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Checks the clients of one event loop, to which it belongs. */
public final class Authenticator {
    /** Runs milliseconds of computing elsewhere, and hands what came of it to the event loop. */
    @FunctionalInterface
    public interface Computing {
        void run(BooleanSupplier work, Consumer<Boolean> onEventLoop);
    }

    private final Users users;
    private final Supplier<String> defaultPlugin;
    private final @Nullable RsaKeys keys;
    private final Computing computing;

    /**
     * @param defaultPlugin what clients are offered first
     * @param keys what clients without TLS encrypt passwords with; null where no user has a verifier
     */
    public Authenticator(Users users, Supplier<String> defaultPlugin, @Nullable RsaKeys keys, Computing computing) {
        this.users = users;
        this.defaultPlugin = defaultPlugin;
        this.keys = keys;
        this.computing = computing;
    }

    /** @return the method to offer first */
    public String defaultPlugin() {
        return defaultPlugin.get();
    }

    /** @return a check of one client, not begun */
    public ClientAuthentication check(String offeredPlugin, byte[] nonce, boolean secure, InetAddress address) {
        return new ClientAuthentication(users.from(address), offeredPlugin, nonce, secure, keys);
    }

    /** Goes on with a check after {@link Outcome#COMPUTING}. */
    public void compute(ClientAuthentication check, Consumer<Outcome> next) {
        computing.run(check::compute, right -> next.accept(check.computed(right)));
    }
}
