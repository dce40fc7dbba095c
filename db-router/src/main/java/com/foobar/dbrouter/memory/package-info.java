/**
 * What all clients together may have the router keep. Each client has limits of its own; a router with many of them, or one
 * that is attacked, needs bounds for the whole as well.
 */
@NullMarked
package com.foobar.dbrouter.memory;

import org.jspecify.annotations.NullMarked;
