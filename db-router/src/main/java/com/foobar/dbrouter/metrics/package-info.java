/** What the router counts and measures: {@code dbrouter_*}. */
@NullMarked
package com.foobar.dbrouter.metrics;

import org.jspecify.annotations.NullMarked;
