package com.foobar.deploy.load.consistency;

/** An answer that does not have what was written before it was asked for. Without a stack trace: the message is what is shown. */
public final class WrongRead extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WrongRead(String what) {
        super("wrong read: " + what, null, false, false);
    }
}
