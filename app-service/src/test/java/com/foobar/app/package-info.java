@NullMarked
package com.foobar.app;

import org.jspecify.annotations.NullMarked;
