package com.foobar.app.user;

import org.jspecify.annotations.Nullable;

/**
 * What the owner of an account changes; null keeps. {@code bio} and {@code image} can become null, so whether they change
 * is said beside them. {@link #toString} hides the password.
 */
record UserChange(
        @Nullable String username,
        @Nullable String email,
        @Nullable String password,
        boolean changesBio,
        @Nullable String bio,
        boolean changesImage,
        @Nullable String image) {

    /** The account after the change. */
    User applyTo(User user) {
        return new User(
                user.id(),
                username == null ? user.username() : username,
                email == null ? user.email() : email,
                changesBio ? bio : user.bio(),
                changesImage ? image : user.image());
    }

    @Override
    public String toString() {
        return "UserChange[" + username + "]";
    }
}
