/** Who may ask, and how much: networks that are let in, the client behind trusted proxies, and what each client may cost. */
@NullMarked
package com.foobar.lb.guard;

import org.jspecify.annotations.NullMarked;
