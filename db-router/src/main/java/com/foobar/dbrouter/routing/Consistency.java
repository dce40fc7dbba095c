package com.foobar.dbrouter.routing;

/** What a read outside a transaction is promised; from the weakest to the strongest. */
public enum Consistency {
    /** It sees some past state of the data: any replica within the lag limit answers. */
    EVENTUAL,
    /** It sees at least the position that the application gives with it; without one it is {@link #EVENTUAL}. */
    TOKEN,
    /** It sees the writes of its own client session that were acknowledged before it was sent. */
    SESSION,
    /** It sees every write that was acknowledged to any client, through any router, before it was sent. */
    STRICT
}
