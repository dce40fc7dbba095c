/** Measurements of single methods on the hot path, with JMH. */
@NullMarked
package com.foobar.deploy.benchmarks;

import org.jspecify.annotations.NullMarked;
