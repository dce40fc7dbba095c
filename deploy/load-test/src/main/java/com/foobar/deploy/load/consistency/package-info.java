/** What may be read after what was written, and the count of reads that were right and wrong. */
@NullMarked
package com.foobar.deploy.load.consistency;

import org.jspecify.annotations.NullMarked;
