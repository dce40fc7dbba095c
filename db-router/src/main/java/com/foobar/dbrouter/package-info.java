/** The database read/write router: any MySQL client in front, a primary and its replicas behind. */
@NullMarked
package com.foobar.dbrouter;

import org.jspecify.annotations.NullMarked;
