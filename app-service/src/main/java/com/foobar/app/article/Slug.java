package com.foobar.app.article;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/** The name of an article in addresses, made from its title. */
final class Slug {
    private static final int MAX_LENGTH = 200;
    private static final int SUFFIX_LENGTH = 6;
    private static final Pattern MARKS = Pattern.compile("\\p{M}+");
    private static final Pattern OTHERS = Pattern.compile("[^\\p{L}\\p{N}]+");

    /** Paths of the API beside the articles. */
    private static final Set<String> RESERVED = Set.of("feed");

    private Slug() {}

    /**
     * Lower-case letters and digits of any script, without accents, joined by {@code -}; {@code article} for a title that
     * has none. 1 to {@value #MAX_LENGTH} characters. Equal titles have equal slugs.
     */
    static String of(String title) {
        String plain =
                MARKS.matcher(Normalizer.normalize(title, Normalizer.Form.NFKD)).replaceAll("");
        String joined = OTHERS.matcher(plain.toLowerCase(Locale.ROOT)).replaceAll("-");
        String cut = joined.substring(
                0, joined.offsetByCodePoints(0, Math.min(MAX_LENGTH, joined.codePointCount(0, joined.length()))));
        int from = cut.startsWith("-") ? 1 : 0;
        int to = cut.endsWith("-") ? cut.length() - 1 : cut.length();
        return from >= to ? "article" : Normalizer.normalize(cut.substring(from, to), Normalizer.Form.NFC);
    }

    /** Whether a slug may be used as it is. */
    static boolean isFree(String slug) {
        return !RESERVED.contains(slug);
    }

    /** The slug with something random behind it, for when it is taken. */
    static String withSuffix(String slug) {
        StringBuilder suffixed = new StringBuilder(slug).append('-');
        for (int i = 0; i < SUFFIX_LENGTH; i++) {
            suffixed.append(Character.forDigit(ThreadLocalRandom.current().nextInt(36), 36));
        }
        return suffixed.toString();
    }
}
