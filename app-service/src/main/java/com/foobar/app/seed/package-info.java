/** Example content for an empty database. */
@NullMarked
package com.foobar.app.seed;

import org.jspecify.annotations.NullMarked;
