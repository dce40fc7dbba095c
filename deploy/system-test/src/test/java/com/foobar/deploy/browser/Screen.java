package com.foobar.deploy.browser;

/** Sizes of windows, in CSS pixels, at which the site is looked at. */
enum Screen {
    SMALL_PHONE(360, 740),
    PHONE(390, 844),
    DESKTOP(1280, 900);

    private final int width;
    private final int height;

    Screen(int width, int height) {
        this.width = width;
        this.height = height;
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }
}
