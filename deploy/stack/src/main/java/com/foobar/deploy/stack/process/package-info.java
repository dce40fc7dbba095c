/** One process of the stack: its states, its end, its log, and what ends it when the launcher cannot. */
@NullMarked
package com.foobar.deploy.stack.process;

import org.jspecify.annotations.NullMarked;
