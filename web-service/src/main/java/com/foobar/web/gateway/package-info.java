/** The way to the application tier. */
@NullMarked
package com.foobar.web.gateway;

import org.jspecify.annotations.NullMarked;
