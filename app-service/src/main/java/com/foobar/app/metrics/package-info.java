/** What the application tier measures: the names that begin with {@code app_}. */
@NullMarked
package com.foobar.app.metrics;

import org.jspecify.annotations.NullMarked;
