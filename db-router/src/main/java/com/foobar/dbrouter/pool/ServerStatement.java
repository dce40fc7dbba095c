package com.foobar.dbrouter.pool;

import org.jspecify.annotations.Nullable;

/** A statement that a server connection has prepared. Belongs to the connection's event loop. */
public final class ServerStatement {
    private final int id;
    private final int parameters;
    private byte @Nullable [] boundTypes;

    ServerStatement(int id, int parameters) {
        this.id = id;
        this.parameters = parameters;
    }

    /** @return the server's id */
    public int id() {
        return id;
    }

    /** @return 0 to 65,535 */
    public int parameters() {
        return parameters;
    }

    /** @return the parameter types that the server was told last, two bytes each; null where it was told none */
    public byte @Nullable [] boundTypes() {
        return boundTypes;
    }

    /** Remembers what an execution tells the server. */
    public void bind(byte[] types) {
        boundTypes = types;
    }
}
