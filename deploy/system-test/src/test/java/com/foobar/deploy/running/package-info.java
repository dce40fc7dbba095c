/** The real stack for tests: {@code deploy/up} with a data directory and ports of its own. */
@NullMarked
package com.foobar.deploy.running;

import org.jspecify.annotations.NullMarked;
