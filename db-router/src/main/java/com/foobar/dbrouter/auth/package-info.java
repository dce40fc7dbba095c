/**
 * Authentication ends at the router on both sides: clients prove a password to it, and it proves the same user's password
 * to the servers. Methods: {@code mysql_native_password} and {@code caching_sha2_password} (MySQL manual, "Authentication
 * Phase"). No sockets here: payloads in, payloads out.
 */
@NullMarked
package com.foobar.dbrouter.auth;

import org.jspecify.annotations.NullMarked;
