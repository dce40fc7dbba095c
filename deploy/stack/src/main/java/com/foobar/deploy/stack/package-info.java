/** The launcher behind {@code deploy/up}: creates the embedded database, starts, watches, breaks and stops the real processes. */
@NullMarked
package com.foobar.deploy.stack;

import org.jspecify.annotations.NullMarked;
