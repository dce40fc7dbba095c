/** Certificates: from files, reloaded when they change, or made by a development certificate authority. */
@NullMarked
package com.foobar.kit.tls;

import org.jspecify.annotations.NullMarked;
