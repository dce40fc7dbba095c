@NullMarked
package com.foobar.app.db;

import org.jspecify.annotations.NullMarked;
