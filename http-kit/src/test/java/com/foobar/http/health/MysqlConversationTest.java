package com.foobar.http.health;

import static com.foobar.http.backend.CheckStatus.L7OK;
import static com.foobar.http.backend.CheckStatus.L7RSP;
import static com.foobar.http.backend.CheckStatus.L7STS;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The packets of MySQL's connection phase, byte by byte. */
class MysqlConversationTest {
    private static final String GREETING =
            "0a" + hex("8.4.3") + "00" + "07000000" + "4142434445464748" + "00" + "ffff" + "21";
    private static final String QUIT = "0100000001";

    private final MysqlConversation greetingOnly = new MysqlConversation("");
    private final MysqlConversation login = new MysqlConversation("check");

    @Test
    void isContentWithTheGreetingWhereThereIsNoUser() {
        assertThat(greetingOnly.received(packet(0, GREETING))).isEqualTo(new CheckResult(L7OK, 0, "MySQL 8.4.3"));
        assertThat(greetingOnly.hasAnswer()).isFalse();
    }

    @Test
    void logsInAndLeaves() {
        assertThat(login.received(packet(0, GREETING))).isNull();
        assertThat(login.takeAnswer())
                .isEqualTo(packet(
                        1,
                        "00820800" + "ffffff00" + "21" + "00".repeat(23) + hex("check") + "00" + "00"
                                + hex("mysql_native_password") + "00"));

        assertThat(login.received(packet(2, "00000002000000")))
                .isEqualTo(new CheckResult(L7OK, 0, "MySQL 8.4.3, logged in as check"));
        assertThat(login.takeAnswer()).isEqualTo(bytes(QUIT));
    }

    @Test
    void followsTheServerToAnotherPluginWithAnEmptyAnswer() {
        login.received(packet(0, GREETING));
        login.takeAnswer();

        assertThat(login.received(packet(2, "fe" + hex("caching_sha2_password") + "00" + "41".repeat(20) + "00")))
                .isNull();
        assertThat(login.takeAnswer()).isEqualTo(bytes("00000003"));
        assertThat(login.received(packet(4, "00000002000000")).passed()).isTrue();
    }

    @Test
    void readsWhatComesByteByByte() {
        byte[] greeting = packet(0, GREETING).getBytes();
        for (int i = 0; i < greeting.length - 1; i++) {
            assertThat(greetingOnly.received(Buffer.buffer(new byte[] {greeting[i]})))
                    .isNull();
        }

        assertThat(greetingOnly.received(
                        Buffer.buffer(Arrays.copyOfRange(greeting, greeting.length - 1, greeting.length))))
                .isEqualTo(new CheckResult(L7OK, 0, "MySQL 8.4.3"));
    }

    @Test
    void tellsTheServersErrors() {
        String tooMany = "ff" + "1004" + hex("Too many connections");
        assertThat(greetingOnly.received(packet(0, tooMany)))
                .isEqualTo(new CheckResult(L7STS, 1040, "error 1040: Too many connections"));

        login.received(packet(0, GREETING));
        assertThat(login.received(packet(2, "ff" + "1504" + hex("#28000Access denied"))))
                .isEqualTo(new CheckResult(L7STS, 1045, "error 1045: Access denied"));
    }

    /** First packets that no MySQL server sends. */
    @ParameterizedTest
    @CsvSource({
        // HTTP
        "485454502f312e3120343030",
        // an empty packet; one of 16 MB
        "00000000",
        "ffffff00",
        // protocol 9; a version without an end
        "0400000009410000",
        "040000000a414141",
        // an error without a code
        "01000000ff",
        // two packets where one is due
        "030000000a410001000000",
        // SSH
        "5353482d322e30",
    })
    void refusesWhatIsNotMysql(String hex) {
        assertThat(greetingOnly.received(bytes(hex)).status()).isEqualTo(L7RSP);
    }

    private static Buffer packet(int sequence, String payload) {
        byte[] bytes = HexFormat.of().parseHex(payload);
        return Buffer.buffer()
                .appendMediumLE(bytes.length)
                .appendByte((byte) sequence)
                .appendBytes(bytes);
    }

    private static Buffer bytes(String hex) {
        return Buffer.buffer(HexFormat.of().parseHex(hex));
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
    }
}
