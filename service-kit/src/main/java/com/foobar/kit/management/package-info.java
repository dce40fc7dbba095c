/** The management port: metrics, health, information about the instance. */
@NullMarked
package com.foobar.kit.management;

import org.jspecify.annotations.NullMarked;
