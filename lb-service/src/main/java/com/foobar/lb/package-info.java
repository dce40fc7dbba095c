/**
 * The load balancer. A request comes in at a {@code frontend}, is sent by http-kit's proxy to a server of the backend, and is
 * counted and logged by {@code metrics}; {@code config} says how.
 */
@NullMarked
package com.foobar.lb;

import org.jspecify.annotations.NullMarked;
