/** Settings of the load balancer, in HAProxy's words where it has any. Only this package and service-kit read files and environment. */
@NullMarked
package com.foobar.lb.config;

import org.jspecify.annotations.NullMarked;
