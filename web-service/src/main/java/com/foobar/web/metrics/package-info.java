/** What is counted ({@code web_*}) and what the access log says. Knows nothing of the rest of the service. */
@NullMarked
package com.foobar.web.metrics;

import org.jspecify.annotations.NullMarked;
