package com.foobar.web.content;

/**
 * @param value the value of Content-Type, with charset where the type has one
 * @param text  whether compression makes it smaller
 */
record MediaType(String value, boolean text) {
    boolean isHtml() {
        return value.startsWith("text/html");
    }
}
