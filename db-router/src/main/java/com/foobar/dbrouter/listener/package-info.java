/** Where clients come in: the listening socket, the limit on clients, and their login. */
@NullMarked
package com.foobar.dbrouter.listener;

import org.jspecify.annotations.NullMarked;
