/** Logs, access log, request ids and trace context. */
@NullMarked
package com.foobar.kit.observability;

import org.jspecify.annotations.NullMarked;
