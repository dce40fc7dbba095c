/**
 * Algorithms that choose one of several servers. They know a server only as a {@link com.foobar.http.balance.Candidate}:
 * a weight and a load. Nothing here knows of sockets, health or HTTP.
 */
@NullMarked
package com.foobar.http.balance;

import org.jspecify.annotations.NullMarked;
