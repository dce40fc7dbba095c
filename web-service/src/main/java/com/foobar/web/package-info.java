/**
 * The web tier: serves the site's files and forwards {@code /api} to the application tier. A request's journey:
 * {@link com.foobar.web.WebHandler} decides who answers, {@code content} or {@code gateway} answers, {@code metrics} counts
 * and logs.
 */
@NullMarked
package com.foobar.web;

import org.jspecify.annotations.NullMarked;
