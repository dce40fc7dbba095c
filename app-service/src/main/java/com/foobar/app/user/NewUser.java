package com.foobar.app.user;

/** What somebody registers with; {@link #toString} hides the password. */
public record NewUser(String username, String email, String password) {
    @Override
    public String toString() {
        return "NewUser[" + username + "]";
    }
}
