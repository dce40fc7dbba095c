/** The way in: routes, limits, identity of the caller, and how errors are told. */
@NullMarked
package com.foobar.app.http;

import org.jspecify.annotations.NullMarked;
