/**
 * The files of the site, from the request's path to the bytes of the answer: {@link com.foobar.web.content.PathResolver}
 * decodes and checks the path, a {@link com.foobar.web.content.ContentRoot} finds the file (in the jar or in a
 * directory, in memory or on disk), {@link com.foobar.web.content.FileAnswer} decides what of it to send, and
 * {@link com.foobar.web.content.FileHandler} sends it.
 */
@NullMarked
package com.foobar.web.content;

import org.jspecify.annotations.NullMarked;
