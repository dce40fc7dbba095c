package com.foobar.app.profile;

import com.foobar.app.http.Access;
import com.foobar.app.http.Call;
import com.foobar.app.http.Endpoint;
import com.foobar.app.http.ReadCall;
import com.foobar.app.http.Reply;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.List;

/** {@code /api/profiles}. */
public final class ProfileRoutes {
    private static final String PROFILE = "/api/profiles/:username";
    private static final String FOLLOW = PROFILE + "/follow";

    private final ProfileRules rules;

    public ProfileRoutes(ProfileRules rules) {
        this.rules = rules;
    }

    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.sharedRead(PROFILE, Access.OPTIONAL, this::get),
                new Endpoint(HttpMethod.POST, FOLLOW, Access.REQUIRED, this::follow),
                new Endpoint(HttpMethod.DELETE, FOLLOW, Access.REQUIRED, this::unfollow));
    }

    private Future<Reply> get(ReadCall call) {
        return rules.get(call.db(), call.path("username", "profile"), call.viewer())
                .map(ProfileRoutes::reply);
    }

    private Future<Reply> follow(Call call) {
        return call.writeIdempotent(
                        tx -> rules.follow(tx, call.path("username", "profile"), call.caller()),
                        Profile::id,
                        (tx, id) -> rules.byId(tx, id, call.caller()))
                .map(ProfileRoutes::reply);
    }

    private Future<Reply> unfollow(Call call) {
        return rules.unfollow(call.db(), call.path("username", "profile"), call.caller())
                .map(ProfileRoutes::reply);
    }

    private static Reply reply(Profile profile) {
        return Reply.ok(profile.under("profile"));
    }
}
