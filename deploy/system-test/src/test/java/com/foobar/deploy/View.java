package com.foobar.deploy;

/**
 * What a GET answers once something has been written, and did not before; path and text are templates of a {@link Scene}.
 *
 * @param shown whether the text is there
 */
record View(Who who, String path, int status, String text, boolean shown) {
    @Override
    public String toString() {
        return who + " GET " + path + ": " + status + (shown ? " with " : " without ") + text;
    }
}
