package com.foobar.app.user;

import com.foobar.app.auth.Tokens;
import com.foobar.app.http.Access;
import com.foobar.app.http.Call;
import com.foobar.app.http.Endpoint;
import com.foobar.app.http.Fields;
import com.foobar.app.http.Reply;
import com.foobar.app.idempotency.IdempotencyKey;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.util.List;

/** {@code /api/users}, {@code /api/user}. */
public final class UserRoutes {
    private static final int CREDENTIAL_LENGTH = 1000;

    private final UserRules rules;
    private final Tokens tokens;

    public UserRoutes(UserRules rules, Tokens tokens) {
        this.rules = rules;
        this.tokens = tokens;
    }

    public List<Endpoint> endpoints() {
        return List.of(
                new Endpoint(HttpMethod.POST, "/api/users", Access.PUBLIC, this::register),
                new Endpoint(HttpMethod.POST, "/api/users/login", Access.PUBLIC, this::login),
                new Endpoint(HttpMethod.GET, "/api/user", Access.REQUIRED, this::current),
                new Endpoint(HttpMethod.PUT, "/api/user", Access.REQUIRED, this::update));
    }

    private Future<Reply> register(Call call) {
        Fields fields = call.fields("user");
        NewUser user = new NewUser(UserLimits.username(fields), UserLimits.email(fields), UserLimits.password(fields));
        fields.check();
        // Without the password: no hash of it but bcrypt's is to be kept.
        IdempotencyKey key = call.idempotencyKey(Buffer.buffer(user.username() + "\n" + user.email()));
        return rules.register(call.db(), user, key, call.clientAddress())
                .map(made -> Reply.created("user", made.json(tokens.issue(made.id()))));
    }

    private Future<Reply> login(Call call) {
        Fields fields = call.fields("user");
        String email = fields.text("email", CREDENTIAL_LENGTH);
        String password = fields.text("password", CREDENTIAL_LENGTH);
        fields.check();
        return rules.login(call.db(), email, password, call.clientAddress())
                .map(user -> Reply.secret("user", user.json(tokens.issue(user.id()))));
    }

    private Future<Reply> current(Call call) {
        return rules.current(call.db(), call.caller()).map(user -> Reply.secret("user", user.json(call.token())));
    }

    private Future<Reply> update(Call call) {
        Fields fields = call.fields("user");
        UserChange change = new UserChange(
                fields.has("username") ? UserLimits.username(fields) : null,
                fields.has("email") ? UserLimits.email(fields) : null,
                fields.has("password") ? UserLimits.password(fields) : null,
                fields.has("bio"),
                UserLimits.bio(fields),
                fields.has("image"),
                UserLimits.image(fields));
        fields.check();
        return rules.update(call.db(), call.caller(), change)
                .map(user -> Reply.secret("user", user.json(call.token())));
    }
}
