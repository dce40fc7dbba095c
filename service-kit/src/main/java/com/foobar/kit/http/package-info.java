/** What a person or a program sees when a tier cannot answer. */
@NullMarked
package com.foobar.kit.http;

import org.jspecify.annotations.NullMarked;
