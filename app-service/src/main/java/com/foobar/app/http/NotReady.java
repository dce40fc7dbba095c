package com.foobar.app.http;

/** This instance cannot serve yet, or just now. Carries no stack trace: it is an answer, not a defect. */
final class NotReady extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotReady(String reason) {
        super(reason, null, false, false);
    }
}
