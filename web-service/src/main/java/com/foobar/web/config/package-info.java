/** The settings of web-service as records; the table in docs/web-service.md has the same rows. */
@NullMarked
package com.foobar.web.config;

import org.jspecify.annotations.NullMarked;
