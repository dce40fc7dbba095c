/**
 * The application tier: the RealWorld API over MySQL. A request passes {@code http} (routes, limits, identity), a
 * resource's routes, its rules, its repository, and {@code db}, which speaks to the database routers.
 */
@NullMarked
package com.foobar.app;

import org.jspecify.annotations.NullMarked;
