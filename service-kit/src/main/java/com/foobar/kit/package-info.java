@NullMarked
package com.foobar.kit;

import org.jspecify.annotations.NullMarked;
