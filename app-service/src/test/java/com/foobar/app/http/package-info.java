@NullMarked
package com.foobar.app.http;

import org.jspecify.annotations.NullMarked;
