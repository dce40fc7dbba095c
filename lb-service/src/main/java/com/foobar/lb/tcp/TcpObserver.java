package com.foobar.lb.tcp;

/** Is told what sessions do. Called on all event loops. */
public interface TcpObserver {
    /** Bytes have come from a client. */
    void received(long bytes);

    /** Bytes have come from a server. */
    void sent(long bytes);

    /** A session is over. */
    void ended(TcpRecord session);
}
