/** What operators see: metrics named as HAProxy's exporter names them, and the access log. */
@NullMarked
package com.foobar.lb.metrics;

import org.jspecify.annotations.NullMarked;
