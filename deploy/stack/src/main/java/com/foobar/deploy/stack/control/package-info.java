/** How another terminal talks to the running launcher: HTTP on loopback, with a token from the data directory. */
@NullMarked
package com.foobar.deploy.stack.control;

import org.jspecify.annotations.NullMarked;
