/** What every service shares. {@link com.foobar.kit.ServiceRunner} is the {@code main} of each of them. */
@NullMarked
package com.foobar.kit;

import org.jspecify.annotations.NullMarked;
