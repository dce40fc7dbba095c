package com.foobar.kit.observability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.LayoutBase;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DroppingAppenderTest {
    private static final String UNWRITABLE = "unwritable";

    /** Begins its first write, and goes on when it is let. */
    private static final class SlowOutput extends ByteArrayOutputStream {
        private final CountDownLatch writing = new CountDownLatch(1);
        private final CountDownLatch goOn = new CountDownLatch(1);
        private int writes;

        @Override
        public void write(byte[] bytes) {
            writes++;
            writing.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                // Stopped meanwhile: the rest is written at once.
            }
            super.write(bytes, 0, bytes.length);
        }
    }

    private static final class Messages extends LayoutBase<ILoggingEvent> {
        @Override
        public String doLayout(ILoggingEvent event) {
            if (event.getFormattedMessage().equals(UNWRITABLE)) {
                throw new IllegalArgumentException(UNWRITABLE);
            }
            return event.getFormattedMessage() + "\n";
        }
    }

    private final LoggerContext context = new LoggerContext();
    private final SlowOutput output = new SlowOutput();
    private final DroppingAppender appender = new DroppingAppender(new Messages(), output);

    DroppingAppenderTest() {
        context.setMDCAdapter(new LogbackMDCAdapter());
        appender.setContext(context);
    }

    @Test
    void writesInOrderWhatWasLoggedBeforeItIsStopped() {
        output.goOn.countDown();
        appender.start();
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            log("line " + i);
            expected.append("line ").append(i).append('\n');
        }
        appender.stop();
        await().until(() -> written().equals(expected.toString()));
        assertThat(appender.dropped()).isZero();
    }

    @Test
    void writesAtOnceWhatHasGathered() throws InterruptedException {
        appender.start();
        log("first");
        output.writing.await();
        for (int i = 0; i < 100; i++) {
            log("another");
        }
        output.goOn.countDown();
        appender.stop();
        await().until(() -> written().lines().count() == 101);
        assertThat(output.writes).isEqualTo(2);
    }

    @Test
    void dropsAndCountsWhatTheOutputDoesNotTake() throws InterruptedException {
        appender.start();
        log("first");
        output.writing.await();
        for (int i = 0; i < DroppingAppender.QUEUE + 10; i++) {
            log("another");
        }
        assertThat(appender.dropped()).isEqualTo(10);
        output.goOn.countDown();
        appender.stop();
        await().until(() -> written().lines().count() == 1 + DroppingAppender.QUEUE);
    }

    @Test
    void goesOnAfterALineThatCannotBeWritten() {
        output.goOn.countDown();
        appender.start();
        log("before");
        log(UNWRITABLE);
        log("behind");
        appender.stop();
        await().until(() -> written().equals("before\nbehind\n"));
    }

    private void log(String message) {
        LoggingEvent event = new LoggingEvent(
                DroppingAppenderTest.class.getName(),
                context.getLogger("test"),
                Level.INFO,
                message,
                null,
                new Object[0]);
        appender.doAppend(event);
    }

    private String written() {
        return output.toString(StandardCharsets.UTF_8);
    }
}
