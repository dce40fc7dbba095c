/** What answers tell browsers for the safety of who reads them. */
@NullMarked
package com.foobar.web.security;

import org.jspecify.annotations.NullMarked;
