/** The settings of the application tier as records. */
@NullMarked
package com.foobar.app.config;

import org.jspecify.annotations.NullMarked;
