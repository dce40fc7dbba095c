/**
 * Requests that may be sent again without being carried out again. A key is claimed by the first statement of the request's own
 * transaction and gets the number of what it led to by its last: either all of it is there, or none.
 */
@NullMarked
package com.foobar.app.idempotency;

import org.jspecify.annotations.NullMarked;
