@NullMarked
package com.foobar.app.user;

import org.jspecify.annotations.NullMarked;
