@NullMarked
package com.foobar.app.infrastructure;

import org.jspecify.annotations.NullMarked;
