package com.foobar.dbrouter.config;

/** What a read outside a transaction is promised. */
public enum Consistency {
    /** It sees every write that was acknowledged before it was sent, through any router. */
    STRICT,
    /** It sees some past state of the data: any replica within the lag limit answers. */
    EVENTUAL
}
