/** TLS towards the database servers, of sessions' connections and of the router's own alike. */
@NullMarked
package com.foobar.dbrouter.tls;

import org.jspecify.annotations.NullMarked;
