/** The stack of {@code deploy/compose.yaml}: real containers, networks, MySQL servers, and what watches them. */
@NullMarked
package com.foobar.deploy.compose;

import org.jspecify.annotations.NullMarked;
