package com.foobar.dbrouter.routing;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * A word that the classifier knows: a keyword it acts on, a built-in function, or a keyword that may stand before a
 * parenthesis without being a function.
 *
 * <p>The functions are those that MySQL 8.4 and MariaDB 10.11 both have built in and that depend on nothing but their
 * arguments, the tables, the clock and the session's tracked state. A function that only one of them has may be
 * somebody's stored function on the other.
 */
enum Word {
    NONE(0),
    SELECT(Word.BEFORE_PARENTHESIS),
    VALUES(Word.BEFORE_PARENTHESIS),
    VALUE(0),
    TABLE(0),
    WITH(0),
    RECURSIVE(0),
    AS(Word.BEFORE_PARENTHESIS),
    FROM(Word.BEFORE_PARENTHESIS),
    DUAL(0),
    FOR(0),
    SHARE(0),
    LOCK(0),
    INTO(0),
    PROCEDURE(0),
    SQL_CALC_FOUND_ROWS(0),
    UPDATE(0),
    DELETE(0),
    INSERT(Word.FUNCTION),
    REPLACE(Word.FUNCTION),
    EXPLAIN(0),
    DESCRIBE(0),
    DESC(0),
    CONNECTION(0),
    SHOW(0),
    FULL(0),
    EXTENDED(0),
    TABLES(0),
    COLUMNS(Word.BEFORE_PARENTHESIS),
    FIELDS(0),
    INDEX(Word.BEFORE_PARENTHESIS),
    INDEXES(0),
    KEYS(0),
    DATABASES(0),
    SCHEMAS(0),
    CREATE(0),
    ALTER(0),
    COLLATION(Word.FUNCTION),
    CHARACTER(0),
    CHARSET(Word.FUNCTION),
    TRIGGERS(0),
    WARNINGS(0),
    ERRORS(0),
    COUNT(Word.SPACE_SENSITIVE_FUNCTION),
    GET(0),
    SET(0),
    STATEMENT(0),
    PASSWORD(0),
    DEFAULT(Word.FUNCTION),
    ROLE(0),
    RESOURCE(0),
    TRANSACTION(0),
    ISOLATION(0),
    NAMES(0),
    GLOBAL(0),
    SESSION(0),
    LOCAL(0),
    PERSIST(0),
    PERSIST_ONLY(0),
    USE(0),
    BEGIN(0),
    WORK(0),
    START(0),
    READ(0),
    ONLY(0),
    COMMIT(0),
    ROLLBACK(0),
    TO(0),
    CHAIN(0),
    NO(0),
    WRITE(0),
    SAVEPOINT(0),
    RELEASE(0),
    XA(0),
    UNLOCK(0),
    FLUSH(0),
    EXPORT(0),
    BACKUP(0),
    PREPARE(0),
    EXECUTE(0),
    DEALLOCATE(0),
    HANDLER(0),
    TEMPORARY(0),
    CALL(0),
    DO(0),
    KILL(0),
    ALL(Word.BEFORE_PARENTHESIS),
    DISTINCT(Word.BEFORE_PARENTHESIS),
    LOAD(0),
    GET_LOCK(0),
    RELEASE_LOCK(0),
    RELEASE_ALL_LOCKS(0),
    IS_FREE_LOCK(0),
    IS_USED_LOCK(0),
    LAST_INSERT_ID(0),
    FOUND_ROWS(0),
    ROW_COUNT(0),
    CONNECTION_ID(0),
    PREVIOUS(0),
    NEXTVAL(0),
    SETVAL(0),
    LASTVAL(0),
    CURRVAL(0),
    IF(Word.FUNCTION),
    CASE(Word.BEFORE_PARENTHESIS),
    DECLARE(0),
    LOOP(0),
    REPEAT(Word.FUNCTION),
    WHILE(0),
    INFORMATION_SCHEMA(0),
    PERFORMANCE_SCHEMA(0),
    MYSQL(0),
    SYS(0),
    IDENTITY(0),
    VARIABLES(0),
    SESSION_VARIABLES(0),
    PSEUDO_THREAD_ID(0),
    LAST_GTID(0),
    WARNING_COUNT(0),
    ERROR_COUNT(0),
    /** Any other built-in function. */
    BUILT_IN(Word.FUNCTION),
    /** Any other built-in function that, before a blank and a parenthesis, may be a stored one of the same name. */
    BUILT_IN_WITHOUT_SPACE(Word.SPACE_SENSITIVE_FUNCTION),
    /** Any other keyword that may stand before a parenthesis. */
    OPERATOR(Word.BEFORE_PARENTHESIS);

    private static final int FUNCTION = 1;
    private static final int SPACE_SENSITIVE_FUNCTION = 2;
    private static final int BEFORE_PARENTHESIS = 4;

    private static final String FUNCTIONS = """
            abs acos addtime aes_decrypt aes_encrypt ascii asin atan atan2 avg benchmark bin binary bit_count
            bit_length cast ceil ceiling char char_length character_length coalesce coercibility collation compress concat
            concat_ws conv convert convert_tz cos cot crc32 cume_dist current_date current_time current_timestamp
            current_user database date date_format datediff datetime day dayname dayofmonth dayofweek dayofyear dec decimal
            degrees dense_rank elt exp export_set extractvalue field find_in_set first_value float floor format from_base64
            from_days from_unixtime greatest hex hour if ifnull inet6_aton inet6_ntoa inet_aton inet_ntoa instr interval
            is_ipv4 is_ipv4_compat is_ipv4_mapped is_ipv6 isnull json_array json_array_append json_array_insert
            json_arrayagg json_contains json_contains_path json_depth json_extract json_insert json_keys json_length
            json_merge_patch json_merge_preserve json_object json_objectagg json_overlaps json_pretty json_quote
            json_remove json_replace json_search json_set json_table json_type json_unquote json_valid json_value lag
            last_day last_value lcase lead least left length ln localtime localtimestamp locate log log10 log2 lower lpad
            ltrim make_set makedate maketime match md5 microsecond minute mod month monthname nchar nth_value ntile nullif
            numeric oct octet_length ord percent_rank period_add period_diff pi pow power quarter quote radians rand
            random_bytes rank regexp_instr regexp_replace regexp_substr repeat reverse right round row row_number rpad
            rtrim schema sec_to_time second sha sha1 sha2 sign signed sin sleep soundex space sqrt st_area st_asgeojson
            st_asbinary st_astext st_contains st_distance st_distance_sphere st_equals st_geomfromgeojson st_geomfromtext
            st_geomfromwkb st_intersects st_pointfromtext st_within st_x st_y strcmp str_to_date substring_index subtime
            tan time time_format time_to_sec timediff timestamp timestampadd timestampdiff to_base64 to_days to_seconds
            truncate ucase uncompress uncompressed_length unhex unix_timestamp unsigned updatexml upper user utc_date
            utc_time utc_timestamp uuid varbinary varchar version week weekday weekofyear weight_string year yearweek
            """;

    /** Of these the manual says that a blank before the parenthesis makes them another function. */
    private static final String FUNCTIONS_WITHOUT_SPACE = """
            adddate bit_and bit_or bit_xor curdate curtime date_add date_sub extract group_concat max mid min now position
            session_user std stddev stddev_pop stddev_samp subdate substr substring sum sysdate system_user trim
            var_pop var_samp variance
            """;

    private static final String OPERATORS = """
            against and any between by case cross distinctrow div else escape except exists having
            ignore in inner intersect is join key lateral like limit minus natural not of offset on or order outer over
            partition regexp rlike separator some sounds straight_join then union using
            when where window within xor
            """;

    private static final int LONGEST = 24;
    private static final int SLOTS = 2048;
    private static final byte[][] TEXTS = new byte[SLOTS][];
    private static final Word[] WORDS = new Word[SLOTS];

    static {
        for (Word word : values()) {
            if (word != NONE && word != BUILT_IN && word != BUILT_IN_WITHOUT_SPACE && word != OPERATOR) {
                add(word.name(), word);
            }
        }
        split(FUNCTIONS).forEach(text -> add(text, BUILT_IN));
        split(FUNCTIONS_WITHOUT_SPACE).forEach(text -> add(text, BUILT_IN_WITHOUT_SPACE));
        split(OPERATORS).forEach(text -> add(text, OPERATOR));
    }

    private final int use;

    Word(int use) {
        this.use = use;
    }

    /** The word in those bytes, in whatever case; {@link #NONE} where it is not known. */
    static Word of(ByteBuf text, int start, int end) {
        int length = end - start;
        if (length == 0 || length > LONGEST) {
            return NONE;
        }
        int hash = 0;
        for (int i = start; i < end; i++) {
            hash = hash * 31 + (text.getByte(i) | 0x20);
        }
        for (int slot = slot(hash); TEXTS[slot] != null; slot = (slot + 1) & (SLOTS - 1)) {
            if (same(TEXTS[slot], text, start, length)) {
                return WORDS[slot];
            }
        }
        return NONE;
    }

    /** Whether the word before a parenthesis calls nothing that could have an effect. */
    boolean isHarmlessBeforeParenthesis(boolean gap) {
        return use == FUNCTION || use == BEFORE_PARENTHESIS || (use == SPACE_SENSITIVE_FUNCTION && !gap);
    }

    private static boolean same(byte[] known, ByteBuf text, int start, int length) {
        if (known.length != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (known[i] != (byte) (text.getByte(start + i) | 0x20)) {
                return false;
            }
        }
        return true;
    }

    private static int slot(int hash) {
        return (hash ^ (hash >>> 15)) & (SLOTS - 1);
    }

    private static void add(String text, Word word) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        if (bytes.length > LONGEST) {
            throw new IllegalStateException(text);
        }
        int hash = 0;
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (bytes[i] | 0x20);
            hash = hash * 31 + bytes[i];
        }
        int slot = slot(hash);
        while (TEXTS[slot] != null) {
            if (Arrays.equals(TEXTS[slot], bytes)) {
                return;
            }
            slot = (slot + 1) & (SLOTS - 1);
        }
        TEXTS[slot] = bytes;
        WORDS[slot] = word;
    }

    private static List<String> split(String words) {
        return List.of(words.strip().split("\\s+"));
    }
}
