package com.foobar.deploy.stack.failure;

/** Why the stack cannot do what was asked, in words for an operator: what failed, where, and what to do. Shown without a stack trace. */
public final class StackFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StackFailure(String message) {
        super(message);
    }

    public StackFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
