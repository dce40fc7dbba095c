/** Registration, login and the caller's own account. */
@NullMarked
package com.foobar.app.user;

import org.jspecify.annotations.NullMarked;
