/** The data directory: what is in it, who owns it, its secrets. */
@NullMarked
package com.foobar.deploy.stack.data;

import org.jspecify.annotations.NullMarked;
