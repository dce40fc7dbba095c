package com.foobar.dbrouter.routing;

import io.netty.buffer.ByteBuf;

/**
 * Cuts the text of statements into tokens as MySQL and MariaDB do, reading every byte once and allocating nothing.
 *
 * <p>Comments are blanks, but for the executable ones ({@code /*! … *}{@code /}, {@code /*M! … *}{@code /}), whose content
 * becomes tokens: whether a server runs it depends on its flavour and version, which {@link #sawExecutableComment()} tells
 * the reader to mistrust. Text that cannot be cut with certainty ends in {@link Token#MALFORMED}, and after that there is
 * only {@link Token#END}.
 *
 * @see <a href="https://dev.mysql.com/doc/refman/8.4/en/language-structure.html">MySQL: Language Structure</a>
 */
final class SqlLexer {

    /** What a token is. */
    enum Token {
        /** The end of the text. */
        END,
        /** A keyword or a plain identifier. */
        WORD,
        /** An identifier in backticks, or in double quotes under {@code ANSI_QUOTES}. */
        QUOTED_NAME,
        STRING,
        NUMBER,
        /** {@code @name}, with what follows the sign. */
        USER_VARIABLE,
        /** {@code @@name} or {@code @@scope.name}, with what follows the signs. */
        SYSTEM_VARIABLE,
        /** {@code :=}. */
        ASSIGN,
        EQUALS,
        SEMICOLON,
        OPEN,
        CLOSE,
        COMMA,
        DOT,
        /** Any other operator or punctuation. */
        OTHER,
        MALFORMED
    }

    private static final int DIGIT = 1;
    private static final int LETTER = 2;
    private static final int BLANK = 4;
    private static final int OPERATOR = 8;
    private static final byte[] CLASSES = classes();

    private final ByteBuf text;
    private final LexicalMode mode;
    private final int limit;
    private int position;
    private int start;
    private int end;
    private Token last = Token.END;
    private boolean gap;
    private boolean executable;
    private boolean insideExecutable;
    private boolean wideWord;
    private boolean begun;
    private boolean hintable = true;
    private int hintStart = -1;
    private int hintEnd;

    /** Reads the readable bytes; their indexes stay. */
    SqlLexer(ByteBuf text, LexicalMode mode) {
        this.text = text;
        this.mode = mode;
        this.position = text.readerIndex();
        this.limit = text.writerIndex();
    }

    /** Where the last token begins: of quoted names after the quote, of variables after the signs. */
    int start() {
        return start;
    }

    /** Where the last token ends: of quoted names before the quote. */
    int end() {
        return end;
    }

    /** Whether blanks or a comment stood before the last token. */
    boolean hadGap() {
        return gap;
    }

    boolean sawExecutableComment() {
        return executable;
    }

    /** Whether a plain word had a byte above 0x7F: a letter in most character sets, a blank in some. */
    boolean sawWideWord() {
        return wideWord;
    }

    /**
     * The hint in front of the first keyword, or right behind it; known when the token after the keyword has been read.
     */
    RouteHint hint() {
        return hintStart < 0 ? RouteHint.NONE : HintReader.read(text, hintStart, hintEnd);
    }

    Token next() {
        last = read();
        return last;
    }

    private Token read() {
        if (!skipBlanks()) {
            return malformed();
        }
        hintable &= !begun;
        start = position;
        if (position >= limit) {
            end = position;
            return insideExecutable ? malformed() : Token.END;
        }
        int first = at(position);
        int kind = CLASSES[first];
        begun |= first != '(' && first != ';';
        if ((kind & LETTER) != 0) {
            // A dollar sign may open a dollar-quoted text (MySQL 9).
            return first == '$' ? malformed() : word();
        }
        if ((kind & DIGIT) != 0) {
            // Right behind a dot servers expect a name: t.1e5FOR is one.
            return isBehindDot() ? word() : number();
        }
        position++;
        end = position;
        return switch (first) {
            case '\'' -> quoted('\'', !mode.noBackslashEscapes(), Token.STRING);
            case '"' -> doubleQuoted();
            case '`' -> quoted('`', false, Token.QUOTED_NAME);
            case '@' -> variable();
            case ';' -> Token.SEMICOLON;
            case '(' -> Token.OPEN;
            case ')' -> Token.CLOSE;
            case ',' -> Token.COMMA;
            case '=' -> Token.EQUALS;
            case '.' ->
                position < limit && (CLASSES[at(position)] & DIGIT) != 0 && !isBehindName() ? number() : Token.DOT;
            case ':' -> {
                if (position < limit && at(position) == '=') {
                    end = ++position;
                    yield Token.ASSIGN;
                }
                yield Token.OTHER;
            }
            case '\\' -> isNull() ? Token.OTHER : malformed();
            default -> (kind & OPERATOR) != 0 ? Token.OTHER : malformed();
        };
    }

    /** {@code .5} is a number, in {@code t.5x} the point is a dot. */
    private boolean isBehindName() {
        return last == Token.WORD && !gap;
    }

    private boolean isBehindDot() {
        return last == Token.DOT && !gap;
    }

    private Token word() {
        while (position < limit && (CLASSES[at(position)] & (LETTER | DIGIT)) != 0) {
            if (isUnsafe(at(position))) {
                return malformed();
            }
            wideWord |= at(position) > 0x7F;
            position++;
        }
        end = position;
        return Token.WORD;
    }

    /**
     * A number ends where the servers end it, and what follows is a token of its own, also without a blank: {@code 1.FOR} and
     * {@code 1e5FOR} are two. Digits before another letter begin a name: {@code 1FOR}.
     */
    private Token number() {
        position = start;
        if (literalOfBase('x', 16) || literalOfBase('b', 2)) {
            return ended(Token.NUMBER);
        }
        position = start;
        skipDigits();
        if (position < limit && at(position) == '.') {
            return fraction();
        }
        int letters = position;
        if (isNamePart(letters) && !exponent()) {
            position = letters;
            return word();
        }
        return ended(Token.NUMBER);
    }

    /** From the point on. Behind an {@code e} without digits, MySQL forgets what was before it: {@code 1.e(2)} is 2. */
    private Token fraction() {
        position++;
        skipDigits();
        if (position < limit && (at(position) | 0x20) == 'e' && !exponent()) {
            return malformed();
        }
        return ended(Token.NUMBER);
    }

    /** Skips an {@code e} with its digits; false where it is none. */
    private boolean exponent() {
        if ((at(position) | 0x20) != 'e') {
            return false;
        }
        position++;
        if (position < limit && (at(position) == '+' || at(position) == '-')) {
            position++;
        }
        int digits = position;
        skipDigits();
        return position > digits;
    }

    /** Skips {@code 0x1F} or {@code 0b01}, in small letters and with nothing behind it that makes it a name. */
    private boolean literalOfBase(int letter, int base) {
        if (at(start) != '0' || start + 2 >= limit || at(start + 1) != letter) {
            return false;
        }
        position = start + 2;
        while (position < limit && Character.digit(at(position), base) >= 0) {
            position++;
        }
        return position > start + 2 && !isNamePart(position);
    }

    private void skipDigits() {
        while (position < limit && (CLASSES[at(position)] & DIGIT) != 0) {
            position++;
        }
    }

    private boolean isNamePart(int index) {
        return index < limit && (CLASSES[at(index)] & (LETTER | DIGIT)) != 0;
    }

    private Token ended(Token token) {
        end = position;
        return token;
    }

    /** {@code \N}, a NULL. */
    private boolean isNull() {
        if (position < limit && at(position) == 'N') {
            end = ++position;
            return true;
        }
        return false;
    }

    private Token quoted(int quote, boolean backslashEscapes, Token token) {
        start = position;
        while (position < limit) {
            int next = at(position++);
            if (next == quote) {
                if (position >= limit || at(position) != quote) {
                    end = position - 1;
                    return token;
                }
                position++;
            } else if (next == '\\' && backslashEscapes) {
                position++;
            } else if (isUnsafe(next)) {
                return malformed();
            }
        }
        return malformed();
    }

    private Token doubleQuoted() {
        if (mode.quotesUnsure()) {
            return malformed();
        }
        return mode.ansiQuotes()
                ? quoted('"', false, Token.QUOTED_NAME)
                : quoted('"', !mode.noBackslashEscapes(), Token.STRING);
    }

    private Token variable() {
        Token token = Token.USER_VARIABLE;
        if (position < limit && at(position) == '@') {
            token = Token.SYSTEM_VARIABLE;
            position++;
        }
        start = position;
        end = position;
        if (position < limit) {
            int next = at(position);
            if (next == '"' && mode.quotesUnsure()) {
                return malformed();
            }
            if (next == '\'' || next == '"' || next == '`') {
                position++;
                return quoted(next, next != '`' && !mode.noBackslashEscapes(), token);
            }
            while (position < limit && ((CLASSES[at(position)] & (LETTER | DIGIT)) != 0 || at(position) == '.')) {
                if (isUnsafe(at(position))) {
                    return malformed();
                }
                position++;
            }
            end = position;
        }
        return token;
    }

    /** False where a comment does not end. */
    private boolean skipBlanks() {
        gap = false;
        while (position < limit) {
            int next = at(position);
            if ((CLASSES[next] & BLANK) != 0) {
                position++;
            } else if (next == '#') {
                skipLine();
            } else if (next == '-' && isDashComment()) {
                skipLine();
            } else if (next == '/' && position + 1 < limit && at(position + 1) == '*') {
                if (!enterComment()) {
                    return false;
                }
            } else if (next == '*' && insideExecutable && position + 1 < limit && at(position + 1) == '/') {
                insideExecutable = false;
                position += 2;
            } else {
                return true;
            }
            gap = true;
        }
        return true;
    }

    /** {@code --} begins a comment only before a blank, a control character or the end. */
    private boolean isDashComment() {
        return position + 1 < limit && at(position + 1) == '-' && (position + 2 >= limit || at(position + 2) <= ' ');
    }

    private void skipLine() {
        while (position < limit && at(position) != '\n') {
            position++;
        }
    }

    private boolean enterComment() {
        int after = position + 2;
        if (after < limit && at(after) == 'M') {
            after++;
        }
        if (after < limit && at(after) == '!') {
            executable = true;
            insideExecutable = true;
            position = after + 1;
            while (position < limit && (CLASSES[at(position)] & DIGIT) != 0) {
                position++;
            }
            return true;
        }
        int content = position + 2;
        for (position = content; position + 1 < limit; position++) {
            if (at(position) == '*' && at(position + 1) == '/') {
                noteHint(content, position);
                position += 2;
                return true;
            }
        }
        return false;
    }

    /** The first one counts. */
    private void noteHint(int from, int to) {
        if (hintable && hintStart < 0 && HintReader.isHint(text, from, to)) {
            hintStart = from;
            hintEnd = to;
        }
    }

    private Token malformed() {
        position = limit;
        insideExecutable = false;
        end = limit;
        return Token.MALFORMED;
    }

    /** The byte behind it may look like another character than it is. */
    private boolean isUnsafe(int letter) {
        return letter > 0x7F && mode.asciiUnsafe();
    }

    private int at(int index) {
        return text.getByte(index) & 0xFF;
    }

    private static byte[] classes() {
        byte[] classes = new byte[256];
        for (int c = '0'; c <= '9'; c++) {
            classes[c] = DIGIT;
        }
        for (int c = 'a'; c <= 'z'; c++) {
            classes[c] = LETTER;
            classes[c - 'a' + 'A'] = LETTER;
        }
        for (int c = 0x80; c <= 0xFF; c++) {
            classes[c] = LETTER;
        }
        classes['_'] = LETTER;
        classes['$'] = LETTER;
        for (char c : " \t\n\r\f\u000B".toCharArray()) {
            classes[c] = BLANK;
        }
        for (char c : "+-*/%<>!=&|^~?:,.;(){}[]'\"`@#".toCharArray()) {
            classes[c] = OPERATOR;
        }
        return classes;
    }
}
