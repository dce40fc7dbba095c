/**
 * What a request says about the copy of a file that its sender already has, or the part that it wants:
 * entity tags, preconditions, byte ranges and content codings (RFC 9110 §8.8, §12.5.3, §13, §14).
 *
 * <p>Values in, values out: no sockets, no files, no clock.
 */
@NullMarked
package com.foobar.web.conditional;

import org.jspecify.annotations.NullMarked;
