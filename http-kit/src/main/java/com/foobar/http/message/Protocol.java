package com.foobar.http.message;

/** The version of HTTP that a message was framed in. */
public enum Protocol {
    HTTP_1_0("HTTP/1.0"),
    HTTP_1_1("HTTP/1.1"),
    HTTP_2("HTTP/2.0");

    private final String text;

    Protocol(String text) {
        this.text = text;
    }

    /** As access logs write it: {@code HTTP/1.1}. */
    public String text() {
        return text;
    }

    @Override
    public String toString() {
        return text;
    }
}
