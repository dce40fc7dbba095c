package com.foobar.dbrouter.session;

import com.foobar.dbrouter.pool.SessionState;
import com.foobar.dbrouter.protocol.StatusFlags;
import com.foobar.dbrouter.routing.Assignment;
import com.foobar.dbrouter.routing.Classification;
import com.foobar.dbrouter.routing.ClassificationCache;
import com.foobar.dbrouter.routing.ClassificationCache.KnownText;
import com.foobar.dbrouter.routing.LexicalMode;
import com.foobar.dbrouter.routing.RouteReason;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a session's statements the way its server does: by its SQL mode and character set. Belongs to the session's loop. */
final class StatementText {
    /** A long text that came in many reads is put together for once: byte by byte, finding the piece costs more. */
    private static final int LONGEST_IN_PIECES = 16 << 10;

    /** Its value is a text in quotes. Each pattern goes over a text once, however that is made. */
    private static final Pattern SQL_MODE_ALONE = Pattern.compile(
            "(?<before>[^'\"@]*+(?:@@[^'\"@]*+)?+)('[A-Za-z_,\\s]*+'|\"[A-Za-z_,\\s]*+\")[\\s;]*+",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern SETS_SQL_MODE = Pattern.compile("sql_mode\\s*+:?+=\\s*+$", Pattern.CASE_INSENSITIVE);
    private static final Pattern BY_NUMBER = Pattern.compile(
            "(sql_mode|character_set_client|names|set)\\s*+(:?+=)?+\\s*+[-+(]*+[0-9]", Pattern.CASE_INSENSITIVE);
    /** Neither a function nor an escape nor one text behind another puts a name together. */
    private static final Pattern SPELT_OUT = Pattern.compile(
            "(?:sql_mode|character_set_client)\\s*+:?+=\\s*+"
                    + "(?:[\\w]++|@@(?:session\\.|local\\.|global\\.)?+sql_mode|'[\\w, ]*+'|\"[\\w, ]*+\""
                    + "|concat\\s*+\\(\\s*+@@(?:session\\.|local\\.)?+sql_mode\\s*+,\\s*+'[\\w, ]*+'\\s*+\\)"
                    + "|replace\\s*+\\(\\s*+@@(?:session\\.|local\\.)?+sql_mode\\s*+,\\s*+'[\\w, ]*+'\\s*+,\\s*+''\\s*+\\))"
                    + "\\s*+(?:[,;]|$|/\\*[^*]*+\\*/\\s*+$)",
            Pattern.CASE_INSENSITIVE);

    /** What may be set, as it is not one name of a list: drivers have these tracked, {@code 'autocommit,character_set_client,...'}. */
    private static final Pattern MAY_BE_SET =
            Pattern.compile("(?:sql_mode|character_set_client)(?!\\s*+[,'])", Pattern.CASE_INSENSITIVE);

    private static final Set<String> CHARACTER_SETS = Set.of("names", "character set", "character_set_client");

    private final ClassificationCache classifications;
    private final IntSupplier collation;
    private LexicalMode mode;
    private long digest;

    /** @param collation as the client names it in its handshake */
    StatementText(ClassificationCache classifications, IntSupplier collation) {
        this.classifications = classifications;
        this.collation = collation;
        this.mode = LexicalMode.ofCollation(collation.getAsInt());
    }

    /** @param status the session's last known status, which tells NO_BACKSLASH_ESCAPES */
    Classification classify(ByteBuf sql, int status) {
        mode = mode.withNoBackslashEscapes(StatusFlags.has(status, StatusFlags.NO_BACKSLASH_ESCAPES));
        if (sql.readableBytes() <= LONGEST_IN_PIECES || sql.nioBufferCount() == 1) {
            return know(sql);
        }
        ByteBuf inOnePiece = sql.copy();
        try {
            return know(inOnePiece);
        } finally {
            inOnePiece.release();
        }
    }

    private Classification know(ByteBuf sql) {
        KnownText known = classifications.know(sql, mode);
        digest = known.digest();
        return known.classification();
    }

    /** How the last text was read. */
    LexicalMode mode() {
        return mode;
    }

    /** {@link com.foobar.dbrouter.routing.StatementDigest#hash} of the last text. */
    long digest() {
        return digest;
    }

    /**
     * A {@code SET} has been carried out. Where what it did is not plain, reading is more careful from now on.
     *
     * @param text null where it is longer than {@link SessionState#LONGEST_SETTING}
     */
    void wasSet(Classification set, @Nullable String text) {
        if (set.reason() == RouteReason.UNCERTAIN_TEXT) {
            mode = mode.afterAnything();
            return;
        }
        if (text == null) {
            if (set.assignments().isEmpty() || set.assignments().stream().anyMatch(StatementText::changesReading)) {
                mode = mode.afterAnything();
            }
            return;
        }
        boolean alone = set.assignments().size() == 1;
        boolean plain = !BY_NUMBER.matcher(text).find() && isSpeltOut(text);
        for (Assignment assignment : set.assignments()) {
            if (assignment.name().equals("sql_mode")) {
                boolean literal = alone && isSqlModeInQuotes(text);
                mode = mode.afterSqlMode(words(text), literal, assignment.constant() && plain);
            } else if (CHARACTER_SETS.contains(assignment.name())) {
                mode = mode.afterCharacterSet(words(text), alone, assignment.constant() && plain);
            }
        }
    }

    private static boolean changesReading(Assignment assignment) {
        return assignment.name().equals("sql_mode") || CHARACTER_SETS.contains(assignment.name());
    }

    private static boolean isSqlModeInQuotes(String text) {
        Matcher whole = SQL_MODE_ALONE.matcher(text);
        return whole.matches() && SETS_SQL_MODE.matcher(whole.group("before")).find();
    }

    private static boolean isSpeltOut(String text) {
        String rest = SPELT_OUT.matcher(text).replaceAll("=");
        return !MAY_BE_SET.matcher(rest).find() && text.indexOf('\\') < 0;
    }

    private static Set<String> words(String text) {
        return Set.copyOf(Arrays.asList(text.toLowerCase(Locale.ROOT).split("[^a-z0-9_]+")));
    }

    /** As after login. */
    void startOver() {
        mode = LexicalMode.ofCollation(collation.getAsInt());
    }
}
