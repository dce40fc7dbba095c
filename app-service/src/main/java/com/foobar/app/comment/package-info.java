/** Comments under articles. */
@NullMarked
package com.foobar.app.comment;

import org.jspecify.annotations.NullMarked;
