/** Passwords and tokens: how a caller proves who it is. */
@NullMarked
package com.foobar.app.auth;

import org.jspecify.annotations.NullMarked;
