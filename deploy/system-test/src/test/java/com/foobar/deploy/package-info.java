/** Tests of the whole stack: started by {@code deploy/up}, used over HTTPS, broken on purpose. */
@NullMarked
package com.foobar.deploy;

import org.jspecify.annotations.NullMarked;
