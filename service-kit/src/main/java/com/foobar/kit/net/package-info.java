/** Vert.x's event loops for raw Netty handlers, and what to say of a port that is taken. */
@NullMarked
package com.foobar.kit.net;

import org.jspecify.annotations.NullMarked;
