/** Pages of the management port. */
@NullMarked
package com.foobar.dbrouter.admin;

import org.jspecify.annotations.NullMarked;
