import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Has a replica of a stack apply what the primary has committed only some seconds later.
 *
 * <p>Arguments: the stack's data directory, the replica's port, seconds. With {@code deploy/stack/target/stack.jar} on the class path, which has the driver.
 */
public final class Delay {
    public static void main(String[] arguments) throws IOException, SQLException {
        String password = Files.readString(Path.of(arguments[0], "secrets", "db-root")).trim();
        int port = Integer.parseInt(arguments[1]);
        int seconds = Integer.parseInt(arguments[2]);
        String url = "jdbc:mariadb://127.0.0.1:" + port + "/?sslMode=disable";
        try (Connection connection = DriverManager.getConnection(url, "root", password);
                Statement statement = connection.createStatement()) {
            statement.execute("STOP SLAVE");
            statement.execute("CHANGE MASTER TO MASTER_DELAY=" + seconds);
            statement.execute("START SLAVE");
        }
    }

    private Delay() {}
}
