package com.foobar.deploy.load.visit;

import static io.gatling.javaapi.core.CoreDsl.jsonPath;
import static io.gatling.javaapi.http.HttpDsl.status;

import com.foobar.deploy.load.consistency.Reads;
import com.foobar.deploy.load.consistency.Tally;
import io.gatling.javaapi.core.CheckBuilder;
import io.gatling.javaapi.core.Session;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Checks that compare an answer with what had been written before it was asked for. */
final class ReadChecks {
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;

    private final Reads reads;

    ReadChecks(Reads reads) {
        this.reads = reads;
    }

    /** What was written is there. */
    CheckBuilder found() {
        return status().validate("found", (status, session) -> {
            if (status == NOT_FOUND) {
                throw reads.wrong("404 for what was written before");
            }
            return expected(status, OK);
        });
    }

    /** What was deleted is gone. */
    CheckBuilder gone() {
        return status().validate("gone", (status, session) -> {
            if (status == OK) {
                throw reads.wrong("200 for what was deleted before");
            }
            int right = expected(status, NOT_FOUND);
            reads.right();
            return right;
        });
    }

    /** One text of the answer. */
    CheckBuilder text(String path, Function<Session, String> expected) {
        return jsonPath(path).validate("written", (text, session) -> same(path, text, expected.apply(session)));
    }

    CheckBuilder flag(String path, boolean expected) {
        return jsonPath(path).ofBoolean().validate("written", (flag, session) -> same(path, flag, expected));
    }

    /** A number that nobody else changes. */
    CheckBuilder number(String path, int expected) {
        return jsonPath(path).ofInt().validate("written", (number, session) -> same(path, number, expected));
    }

    /** The texts in the order of the answer. */
    CheckBuilder texts(String path, Function<Session, List<String>> expected) {
        return jsonPath(path)
                .findAll()
                .validate("written", (texts, session) -> same(path, texts, expected.apply(session)));
    }

    /** The answer has this among others. */
    CheckBuilder among(String path, Function<Session, String> expected) {
        return jsonPath(path).findAll().validate("written", (texts, session) -> {
            String text = expected.apply(session);
            if (texts == null || !texts.contains(text)) {
                throw reads.wrong(path + " lacks " + text + ", has " + (texts == null ? 0 : texts.size()) + " others");
            }
            reads.right();
            return texts;
        });
    }

    /** A number that many change. @param known in the session, since before the question was sent */
    CheckBuilder number(String path, String known) {
        return jsonPath(path).ofInt().validate("written", (number, session) -> {
            Tally.Bounds bounds =
                    Objects.requireNonNull(session.<Tally.Known>get(known)).bounds();
            if (number == null) {
                throw reads.wrong(path + " is missing, should be " + bounds);
            }
            within(path, number, bounds, Long.MAX_VALUE);
            return number;
        });
    }

    /** How many there are of what many change. @param most that an answer has */
    CheckBuilder count(String path, String known, long most) {
        return jsonPath(path).count().validate("written", (number, session) -> {
            Tally.Bounds bounds =
                    Objects.requireNonNull(session.<Tally.Known>get(known)).bounds();
            within(path, number == null ? 0 : number, bounds, most);
            return number;
        });
    }

    private void within(String path, long number, Tally.Bounds bounds, long most) {
        boolean cut = number == most && bounds.least() >= most;
        if (!cut && !bounds.contain(number)) {
            throw reads.wrong(path + " is " + number + ", should be " + bounds);
        }
        reads.right();
    }

    private <T> T same(String path, @Nullable T read, T written) {
        if (!written.equals(read)) {
            throw reads.wrong(path + " is " + read + ", should be " + written);
        }
        reads.right();
        return written;
    }

    private static int expected(int status, int expected) {
        if (status != expected) {
            throw new UnexpectedStatus(status, expected);
        }
        return status;
    }

    /** Neither right nor wrong: the site did not answer the question. */
    private static final class UnexpectedStatus extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnexpectedStatus(int status, int expected) {
            super(status + " instead of " + expected, null, false, false);
        }
    }
}
