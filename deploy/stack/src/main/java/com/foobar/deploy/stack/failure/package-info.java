/** What goes wrong in words for an operator. */
@NullMarked
package com.foobar.deploy.stack.failure;

import org.jspecify.annotations.NullMarked;
