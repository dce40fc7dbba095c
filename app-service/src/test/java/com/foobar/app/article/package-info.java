@NullMarked
package com.foobar.app.article;

import org.jspecify.annotations.NullMarked;
