/** The tags in use. */
@NullMarked
package com.foobar.app.tag;

import org.jspecify.annotations.NullMarked;
