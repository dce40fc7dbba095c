package com.foobar.dbrouter.config;

import com.foobar.dbrouter.auth.CachingSha2Password;
import com.foobar.dbrouter.auth.NativePassword;

/** Which authentication method of MySQL a client is offered first. It may use the other one all the same. */
public enum AuthPlugin {
    /** What the clients of the primary's maker have: those of MariaDB may lack caching_sha2_password, those of MySQL 9 the other. */
    AUTO,
    CACHING_SHA2_PASSWORD,
    MYSQL_NATIVE_PASSWORD;

    /**
     * @param primaryIsMariaDb what the primary is, as far as is known
     * @return the name on the wire
     */
    public String plugin(boolean primaryIsMariaDb) {
        boolean nativePassword = this == MYSQL_NATIVE_PASSWORD || (this == AUTO && primaryIsMariaDb);
        return nativePassword ? NativePassword.PLUGIN : CachingSha2Password.PLUGIN;
    }
}
