package com.foobar.app.user;

import com.foobar.app.auth.LoginLimits;
import com.foobar.app.auth.Passwords;
import com.foobar.app.auth.RegistrationLimits;
import com.foobar.app.db.DbSession;
import com.foobar.app.db.PadSpace;
import com.foobar.app.db.SqlErrors;
import com.foobar.app.db.Statements;
import com.foobar.app.http.ApiError;
import com.foobar.app.idempotency.Idempotency;
import com.foobar.app.idempotency.IdempotencyKey;
import com.foobar.app.metrics.AppMetrics;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Registration, login, the caller's own account. */
public final class UserRules {
    private static final Logger log = LoggerFactory.getLogger(UserRules.class);

    /** A login is not to wait longer for what can be done at the next one as well, such as while there is no primary. */
    private static final Duration LONGEST_REHASH = Duration.ofSeconds(3);

    private final UserRepository users;
    private final Idempotency idempotency;
    private final Passwords passwords;
    private final LoginLimits limits;
    private final RegistrationLimits registrations;
    private final AppMetrics metrics;

    public UserRules(
            UserRepository users,
            Idempotency idempotency,
            Passwords passwords,
            LoginLimits limits,
            RegistrationLimits registrations,
            AppMetrics metrics) {
        this.users = users;
        this.idempotency = idempotency;
        this.passwords = passwords;
        this.limits = limits;
        this.registrations = registrations;
        this.metrics = metrics;
    }

    /**
     * Makes an account; fails with 409 naming what is taken, and with 429 after too many from an address.
     *
     * @param key with it, the account that this request made before is shown again to whoever knows its password
     * @param address of the client
     */
    Future<User> register(DbSession db, NewUser user, @Nullable IdempotencyKey key, String address) {
        RegistrationLimits.Attempt attempt = registrations.begin(address);
        if (!attempt.mustWait().isZero()) {
            return Future.failedFuture(ApiError.tooManyRegistrations(attempt.mustWait()));
        }
        return db.read(connection -> users.taken(connection, 0, user.username(), user.email()))
                .onFailure(unknown -> registrations.undone(attempt))
                .compose(taken -> {
                    if (taken.isEmpty()) {
                        // Outside of the transaction, which is not to wait for it.
                        return passwords
                                .hash(user.password())
                                .onFailure(busy -> registrations.undone(attempt))
                                .compose(hash -> make(
                                        db, user, key, tx -> users.insert(tx, user.username(), user.email(), hash)));
                    }
                    // What is refused anyway is not worth a hash; unless it is this request that has taken it.
                    ApiError refusal = ApiError.taken(taken);
                    Future<User> refused = key == null
                            ? Future.failedFuture(refusal)
                            : make(db, user, key, tx -> Future.failedFuture(refusal));
                    return refused.onFailure(failure -> {
                        if (failure == refusal) {
                            registrations.undone(attempt);
                        }
                    });
                });
    }

    private Future<User> make(
            DbSession db, NewUser user, @Nullable IdempotencyKey key, Function<Statements, Future<User>> insert) {
        return idempotency
                .once(
                        db,
                        key,
                        false,
                        tx -> insert.apply(tx).map(made -> new Registration(made.id(), made)),
                        Registration::id,
                        (tx, id) -> Future.succeededFuture(new Registration(id, null)))
                .compose(
                        done -> {
                            User made = done.made();
                            return made == null ? known(db, user, done.id()) : Future.succeededFuture(made);
                        },
                        failure -> taken(db, failure, 0, user.username(), user.email()));
    }

    /** @param made null where an earlier request has done it */
    private record Registration(long id, @Nullable User made) {}

    /**
     * The account that an earlier request has made, for whoever knows its password. The address may be somebody else's by now,
     * whose password is not to be tried out here.
     */
    private Future<User> known(DbSession db, NewUser user, long id) {
        return db.read(connection -> users.credentials(connection, user.email()))
                .map(found -> found == null || found.user().id() != id ? null : found)
                .compose(found -> passwords
                        .matches(user.password(), found == null ? null : found.passwordHash())
                        .map(matches -> {
                            if (!matches) {
                                throw new IdempotencyKey.Reused();
                            }
                            return Objects.requireNonNull(found).user();
                        }));
    }

    /**
     * The account whose email and password these are; fails with 401, after the same time whether it exists or not, and with 429
     * after too many failures.
     *
     * @param address of the client
     */
    Future<User> login(DbSession db, String email, String password, String address) {
        return credentials(db, email).compose(found -> {
            // One account is known by several spellings of its address. Two kinds of keys: what a client sends must
            // not be able to name somebody else's account.
            String account = found == null
                    ? "email:" + email.toLowerCase(Locale.ROOT)
                    : "id:" + found.user().id();
            LoginLimits.Attempt attempt = limits.begin(account, address);
            if (!attempt.mustWait().isZero()) {
                metrics.authFailure("limited");
                return Future.failedFuture(ApiError.tooManyLogins(attempt.mustWait()));
            }
            return passwords
                    .matches(password, found == null ? null : found.passwordHash())
                    .onFailure(noVerdict -> limits.undone(attempt))
                    .compose(matches -> {
                        if (!matches) {
                            metrics.authFailure("credentials");
                            return Future.failedFuture(ApiError.credentialsInvalid());
                        }
                        limits.succeeded(attempt);
                        return withHashOfToday(db, Objects.requireNonNull(found), password);
                    });
        });
    }

    private Future<UserRepository.@Nullable Credentials> credentials(DbSession db, String email) {
        return PadSpace.namesNothing(email)
                ? Future.succeededFuture(null)
                : db.read(connection -> users.credentials(connection, email));
    }

    /** Brings the stored hash to the cost of today, as the password is known now. Where that cannot be, the next login will. */
    private Future<User> withHashOfToday(DbSession db, UserRepository.Credentials found, String password) {
        if (!passwords.isOutdated(found.passwordHash())) {
            return Future.succeededFuture(found.user());
        }
        return passwords
                .hash(password)
                .compose(hash -> db.writeIdempotent(tx -> users.replaceHash(tx, found, hash)))
                .timeout(LONGEST_REHASH.toMillis(), TimeUnit.MILLISECONDS)
                .recover(failure -> {
                    log.debug(
                            "user {} keeps a password hash of another cost until the next login",
                            found.user().id(),
                            failure);
                    return Future.succeededFuture();
                })
                .map(found.user());
    }

    /** The account of the caller; fails with 401 when it is gone. */
    Future<User> current(DbSession db, long id) {
        return db.read(connection -> users.byId(connection, id)).map(UserRules::existing);
    }

    /** Changes the account of the caller. Setting the same values twice does no harm, so it is repeated where needed. */
    Future<User> update(DbSession db, long id, UserChange change) {
        Future<@Nullable String> hash =
                change.password() == null ? Future.succeededFuture(null) : passwords.hash(change.password());
        return hash.compose(newHash -> db.writeIdempotent(tx -> users.byIdForUpdate(tx, id)
                        .map(UserRules::existing)
                        .map(change::applyTo)
                        .compose(changed -> users.update(tx, changed, newHash).map(changed)))
                .recover(failure -> taken(db, failure, id, change.username(), change.email())));
    }

    private static User existing(@Nullable User user) {
        if (user == null) {
            throw ApiError.tokenInvalid();
        }
        return user;
    }

    /** The unique keys decide; which of them refused is asked afterwards. */
    private Future<User> taken(
            DbSession db, Throwable failure, long except, @Nullable String username, @Nullable String email) {
        if (!SqlErrors.isDuplicate(failure)) {
            return Future.failedFuture(failure);
        }
        return db.read(connection -> users.taken(connection, except, username, email))
                .compose(
                        fields -> Future.failedFuture(ApiError.taken(fields.isEmpty() ? List.of("username") : fields)));
    }
}
