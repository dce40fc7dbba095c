import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.encoder.Encoder;
import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Run by the build: puts the Brotli and Zstandard form of each text of the site beside it, where that is at least a tenth smaller. Gzip is made when the site is loaded. */
final class CodeSite {
    private static final List<String> TEXTS =
            List.of(".html", ".css", ".js", ".mjs", ".json", ".svg", ".txt", ".xml", ".webmanifest", ".wasm");

    private CodeSite() {}

    public static void main(String[] arguments) throws IOException {
        boolean brotli = Brotli4jLoader.isAvailable();
        List<Path> files;
        try (Stream<Path> walk = Files.walk(Path.of(arguments[0]))) {
            files = walk.filter(file -> TEXTS.stream().anyMatch(file.toString()::endsWith)).toList();
        }
        Encoder.Parameters best = brotli ? new Encoder.Parameters().setQuality(11).setMode(Encoder.Mode.TEXT) : null;
        for (Path file : files) {
            byte[] bytes = Files.readAllBytes(file);
            if (bytes.length >= 512) {
                write(file, ".zst", bytes, Zstd.compress(bytes, 19));
                // There is no native library for every machine that can build this.
                if (brotli) {
                    write(file, ".br", bytes, Encoder.compress(bytes, best));
                }
            }
        }
    }

    private static void write(Path file, String suffix, byte[] plain, byte[] coded) throws IOException {
        Path beside = file.resolveSibling(file.getFileName() + suffix);
        if (coded.length <= plain.length * 9L / 10) {
            Files.write(beside, coded);
        } else {
            Files.deleteIfExists(beside);
        }
    }
}
