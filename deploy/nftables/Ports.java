import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** For ./test: {@code listen PORT…} accepts on all of them until it is killed; {@code reach ADDRESS PORT…} prints those it could connect to. */
final class Ports {
    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("listen")) {
            List<ServerSocket> sockets = new ArrayList<>();
            for (int i = 1; i < arguments.length; i++) {
                sockets.add(new ServerSocket(Integer.parseInt(arguments[i]), 50, InetAddress.getByName("0.0.0.0")));
            }
            System.out.println("listening on " + sockets.size());
            for (ServerSocket socket : sockets) {
                Thread thread = new Thread(() -> accept(socket));
                thread.start();
            }
            return;
        }
        ExecutorService threads = Executors.newCachedThreadPool();
        List<Future<Boolean>> answers = new ArrayList<>();
        for (int i = 2; i < arguments.length; i++) {
            InetSocketAddress address = new InetSocketAddress(arguments[1], Integer.parseInt(arguments[i]));
            answers.add(threads.submit(() -> reached(address)));
        }
        StringBuilder line = new StringBuilder();
        for (int i = 2; i < arguments.length; i++) {
            if (answers.get(i - 2).get()) {
                line.append(' ').append(arguments[i]);
            }
        }
        System.out.println(line.toString().trim());
        threads.shutdown();
    }

    private static boolean reached(InetSocketAddress address) {
        try (Socket socket = new Socket()) {
            // Long enough for a lost SYN to be sent twice more.
            socket.connect(address, 4000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static void accept(ServerSocket socket) {
        try {
            while (true) {
                socket.accept().close();
            }
        } catch (IOException e) {
            System.err.println(socket + ": " + e);
        }
    }
}
