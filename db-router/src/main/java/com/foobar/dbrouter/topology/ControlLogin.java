package com.foobar.dbrouter.topology;

import com.foobar.dbrouter.tls.ServerTls;
import com.foobar.kit.settings.Secret;

/**
 * How the router's own connections log in.
 *
 * @param tls the same as for sessions' connections
 */
record ControlLogin(String user, Secret password, ServerTls tls) {}
