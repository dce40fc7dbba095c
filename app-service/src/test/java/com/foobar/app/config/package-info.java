@NullMarked
package com.foobar.app.config;

import org.jspecify.annotations.NullMarked;
