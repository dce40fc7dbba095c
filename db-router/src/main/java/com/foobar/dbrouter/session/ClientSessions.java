package com.foobar.dbrouter.session;

import java.security.SecureRandom;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * All clients of this router that have logged in, by their connection ids. Safe from any thread.
 *
 * <p>Ids begin anywhere: a client behind a balancer may send its {@code KILL} to another router, where the id should be
 * unknown rather than somebody else's.
 */
public final class ClientSessions {
    private final Map<Integer, ClientSession> byId = new ConcurrentHashMap<>();
    private final AtomicInteger lastId = new AtomicInteger(new SecureRandom().nextInt());

    /** @return an id that no client has, 1 to 2^31 - 1: some clients take it for signed */
    public int nextId() {
        int id;
        do {
            id = lastId.incrementAndGet() & Integer.MAX_VALUE;
        } while (id == 0 || byId.containsKey(id));
        return id;
    }

    void add(ClientSession session) {
        byId.put(session.identity().connectionId(), session);
    }

    void remove(ClientSession session) {
        byId.remove(session.identity().connectionId(), session);
    }

    @Nullable
    ClientSession get(long id) {
        return id == (int) id ? byId.get((int) id) : null;
    }

    /** @return those that are there now */
    public Collection<ClientSession> all() {
        return byId.values();
    }
}
