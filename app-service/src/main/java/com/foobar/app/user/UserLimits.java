package com.foobar.app.user;

import com.foobar.app.http.Fields;
import org.jspecify.annotations.Nullable;

/** What a user's fields may hold; lengths in characters. */
final class UserLimits {
    static final int USERNAME = 64;
    static final int EMAIL = 254;
    static final int BIO = 4000;
    static final int IMAGE = 2000;
    private static final int PASSWORD_MIN = 8;
    private static final int PASSWORD_MAX = 256;

    private UserLimits() {}

    static String username(Fields fields) {
        String username = fields.line("username", USERNAME);
        if (fields.isGood("username")
                && (username.indexOf('/') >= 0
                        || !username.strip().equals(username)
                        || username.equals(".")
                        || username.equals(".."))) {
            // It has to be a segment of a path: /api/profiles/:username.
            fields.problem("username", "must not contain a slash, begin or end with a space, or be one or two dots");
        }
        return username;
    }

    static String email(Fields fields) {
        String email = fields.line("email", EMAIL);
        int at = email.lastIndexOf('@');
        boolean form = at > 0 && at < email.length() - 1 && email.indexOf(' ') < 0;
        if (fields.isGood("email") && !form) {
            fields.problem("email", "is invalid");
        }
        return email;
    }

    static String password(Fields fields) {
        String password = fields.text("password", PASSWORD_MAX);
        if (fields.isGood("password") && password.codePointCount(0, password.length()) < PASSWORD_MIN) {
            fields.problem("password", "is too short (minimum is " + PASSWORD_MIN + " characters)");
        }
        return password;
    }

    static @Nullable String image(Fields fields) {
        return fields.nullableText("image", IMAGE);
    }

    static @Nullable String bio(Fields fields) {
        return fields.nullableText("bio", BIO);
    }
}
