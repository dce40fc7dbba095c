/** Whether a port is free, and who holds it if not. */
@NullMarked
package com.foobar.deploy.stack.ports;

import org.jspecify.annotations.NullMarked;
