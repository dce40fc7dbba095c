package com.foobar.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.deploy.running.RunningStack;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether each jar has its native libraries for both processor architectures that it is made for; those of another one than this machine's cannot be loaded here. */
class NativeLibrariesIT {
    /** {@code e_machine} of the ELF header. */
    private static final Map<String, Integer> MACHINES = Map.of("x86_64", 62, "aarch_64", 183);

    private static final int ELF_MAGIC = 0x7f454c46;
    private static final int MACHINE_OFFSET = 18;

    @ParameterizedTest
    @ValueSource(strings = {"lb-service", "web-service", "app-service", "db-router"})
    void areThereForBoth(String service) throws IOException {
        Map<String, Map<String, Integer>> found = machines(
                RunningStack.project().resolve(service).resolve("target").resolve(service + ".jar"));

        assertThat(found).containsKey("libnetty_transport_native_epoll_");
        if (service.equals("lb-service")) {
            assertThat(found).containsKey("libnetty_tcnative_linux_");
        }
        assertThat(found).allSatisfy((library, machines) -> assertThat(machines).isEqualTo(MACHINES));
    }

    /** Libraries by the beginning of their names, what they are called for, and what they are made for. */
    private static Map<String, Map<String, Integer>> machines(Path file) throws IOException {
        Map<String, Map<String, Integer>> found = new TreeMap<>();
        try (JarFile jar = new JarFile(file.toFile())) {
            for (JarEntry entry : Collections.list(jar.entries())) {
                String name = entry.getName();
                if (name.endsWith(".so")) {
                    String architecture = name.endsWith("aarch_64.so") ? "aarch_64" : "x86_64";
                    String library = name.substring(name.lastIndexOf('/') + 1).replace(architecture + ".so", "");
                    try (InputStream in = jar.getInputStream(entry)) {
                        found.computeIfAbsent(library, key -> new TreeMap<>()).put(architecture, machine(in));
                    }
                }
            }
        }
        return found;
    }

    private static int machine(InputStream library) throws IOException {
        byte[] header = library.readNBytes(MACHINE_OFFSET + Short.BYTES);
        ByteBuffer fields = ByteBuffer.wrap(header);
        assertThat(fields.getInt(0)).isEqualTo(ELF_MAGIC);
        return fields.order(ByteOrder.LITTLE_ENDIAN).getShort(MACHINE_OFFSET);
    }
}
