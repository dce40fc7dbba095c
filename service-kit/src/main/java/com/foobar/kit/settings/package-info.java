/** From YAML text and the environment to immutable records, or to a list of all that is wrong. */
@NullMarked
package com.foobar.kit.settings;

import org.jspecify.annotations.NullMarked;
