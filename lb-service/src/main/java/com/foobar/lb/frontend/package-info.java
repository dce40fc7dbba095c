/** Listening addresses, and what is done with a request before and after the backend has seen it. */
@NullMarked
package com.foobar.lb.frontend;

import org.jspecify.annotations.NullMarked;
