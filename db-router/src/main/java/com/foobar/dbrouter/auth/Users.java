package com.foobar.dbrouter.auth;

import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who may use the router. Safe from any thread; never printed. */
public final class Users {
    private static final int DECOY_LENGTH = 20;

    private final Map<String, User> users;
    private final User nobody;
    private final @Nullable InetAddress from;

    /** @param users at least one, of different names */
    public Users(Collection<User> users) {
        byte[] random = new byte[DECOY_LENGTH];
        new SecureRandom().nextBytes(random);
        this.users = new HashMap<>();
        users.forEach(user -> this.users.put(user.name(), user));
        nobody = users.iterator().next().decoy(random);
        from = null;
    }

    private Users(Users all, InetAddress from) {
        users = all.users;
        nobody = all.nobody;
        this.from = from;
    }

    /** @return the same users for a client of that address: who may not come from there is checked like nobody */
    Users from(InetAddress address) {
        return new Users(this, address);
    }

    /** @return the user of that name, one char per byte; null where there is none */
    public @Nullable User find(String name) {
        return users.get(name);
    }

    /** @return what can be proved to servers of a user; null where there is no such user or no login has shown it yet */
    public @Nullable ServerCredential credential(String name) {
        User user = users.get(name);
        return user == null ? null : user.credential();
    }

    /** A user who does not exist is checked like one who does, against what nobody knows: same work, same time. */
    User toCheck(String name) {
        User user = users.get(name);
        return user == null || (from != null && !user.limits().allows(from)) ? nobody : user;
    }

    boolean isNobody(User user) {
        return user == nobody;
    }

    /** @return whether some password is learned from a login only, for which the full way is needed */
    public boolean haveVerifiers() {
        return users.values().stream().anyMatch(User::hasVerifier);
    }

    @Override
    public String toString() {
        return "Users" + users.keySet();
    }
}
