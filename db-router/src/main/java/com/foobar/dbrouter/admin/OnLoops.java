package com.foobar.dbrouter.admin;

import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Collects what belongs to event loops. */
final class OnLoops {
    private OnLoops() {}

    /** Runs each on its loop; completes with all results, or fails where a loop has ended. */
    static <T> Future<List<T>> collect(Map<EventLoop, Supplier<List<T>>> questions) {
        List<Future<List<T>>> answers = new ArrayList<>();
        questions.forEach((loop, question) -> {
            Promise<List<T>> answer = Promise.promise();
            answers.add(answer.future());
            loop.submit(() -> answer.complete(question.get())).addListener(done -> {
                if (!done.isSuccess()) {
                    answer.tryFail(done.cause());
                }
            });
        });
        return Future.all(answers).map(ignored -> {
            List<T> all = new ArrayList<>();
            answers.forEach(answer -> all.addAll(answer.result()));
            return all;
        });
    }
}
