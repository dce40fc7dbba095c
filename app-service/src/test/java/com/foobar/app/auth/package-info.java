@NullMarked
package com.foobar.app.auth;

import org.jspecify.annotations.NullMarked;
