@NullMarked
package com.foobar.http;

import org.jspecify.annotations.NullMarked;
