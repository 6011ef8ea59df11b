import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/**
 * Packs what was built into engram-VERSION.tar.gz: scripts, jars, this platform's native libraries,
 * and an AOT cache from a rehearsal. Run from the root of the checkout by `make dist`.
 *
 * <p>With {@code --all-platforms} the jars keep all natives, and no cache is made, since a cache
 * fits one JVM on one platform only.
 */
public final class Dist {

    private static final Pattern NATIVE = Pattern.compile(".*\\.(so|dll|dylib|jnilib|a|yml|plist)");
    private static final Pattern SYMBOLS = Pattern.compile(".*\\.dSYM/.*");

    /** Libraries that lie unpacked in lib/native, so that no start has to unpack them. */
    private static final Pattern UNPACKED =
            Pattern.compile(
                    ".*/?(librocksdbjni-(linux64|linux-aarch64|osx-x86_64|osx-arm64|win64)"
                            + "|(lib)?onnxruntime(4j_jni)?)\\.(so|dll|dylib|jnilib)");

    /**
     * Only the process that reads foreign documents looks into these: they lie in a folder of their
     * own, so that no other command has to look through them.
     */
    private static final Pattern DOCUMENTS =
            Pattern.compile(
                    "(tika|pdfbox|fontbox|xmpbox|jempbox|poi|xmlbeans|apache-mime4j|juniversalchardet"
                            + "|SparseBitSet|commons-(compress|collections4|logging)|log4j-api)-.*");

    /** Names by which native libraries of this platform are known in jars. */
    private static final Set<String> HERE = platformNames();

    private static final Set<String> PLATFORMS =
            Set.of(
                    "linux64", "linux32", "win64", "linux-musl", "musl", "x86_64", "x86-64", "x64",
                    "aarch64", "aarch_64", "arm64", "linux", "osx", "mac", "darwin", "windows",
                    "win", "macos");

    private Dist() {}

    public static void main(String[] args) throws Exception {
        boolean all = List.of(args).contains("--all-platforms");
        List<Path> jars = new ArrayList<>();
        jars.add(cliJar());
        for (String jar : Files.readString(Path.of("engram-cli/target/classpath")).split(":")) {
            jars.add(Path.of(jar.strip()));
        }
        String version = version(jars.getFirst());
        String name = "engram-" + version;
        Path target = Path.of("engram-cli/target/dist");
        delete(target);
        Path root = Files.createDirectories(target.resolve(name));
        Path lib = Files.createDirectories(root.resolve("lib"));
        Path documents = Files.createDirectories(lib.resolve("documents"));
        List<String> names = new ArrayList<>();
        int count = 1;
        for (Path jar : jars) {
            String file = jar.getFileName().toString();
            if (DOCUMENTS.matcher(file).matches()) {
                count++;
                copy(jar, documents);
            } else if (all || !foreign(file)) {
                count++;
                names.add(file);
                copyJar(jar, lib, all);
            }
        }
        launcher(lib.resolve("engram.jar"), names);
        for (String script : List.of("engram", "find-jdk")) {
            copy(Path.of("bin", script), Files.createDirectories(root.resolve("bin")));
        }
        for (String paper : List.of("LICENSE", "NOTICE", "README.md", "CHANGELOG.md")) {
            copy(Path.of(paper), root);
        }
        if (!all) {
            rehearse(root);
        }
        Path archive = Path.of(name + ".tar.gz");
        run(List.of("tar", "-C", target.toString(), "-czf", archive.toString(), name));
        System.out.printf(
                Locale.ROOT,
                "%s: %.0f MB, %d jars%n",
                archive,
                Files.size(archive) / 1048576.0,
                count);
    }

    private static Path cliJar() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("engram-cli/target"))) {
            return files.filter(file -> file.getFileName().toString().matches("engram-cli-[0-9.]+\\.jar"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("no engram-cli jar: make build"));
        }
    }

    private static String version(Path cliJar) {
        return cliJar.getFileName().toString().replaceAll("engram-cli-(.*)\\.jar", "$1");
    }

    /** Starts the class path, so that the order of jars is fixed: the cache depends on it. */
    private static void launcher(Path file, List<String> jars) throws IOException {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.put(Attributes.Name.MAIN_CLASS, "dev.engram.cli.Main");
        main.put(Attributes.Name.CLASS_PATH, String.join(" ", jars));
        new JarOutputStream(Files.newOutputStream(file), manifest).close();
    }

    private static void copyJar(Path jar, Path lib, boolean all) throws IOException {
        Path to = lib.resolve(jar.getFileName());
        try (JarFile from = new JarFile(jar.toFile())) {
            List<? extends ZipEntry> entries = from.stream().toList();
            boolean hasNatives = entries.stream().anyMatch(e -> NATIVE.matcher(e.getName()).matches());
            if (all || !hasNatives) {
                Files.copy(jar, to);
                return;
            }
            try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(to))) {
                for (ZipEntry entry : entries) {
                    pass(from, entry, out, lib.resolve("native"));
                }
            }
        }
    }

    private static void pass(JarFile from, ZipEntry entry, JarOutputStream out, Path natives)
            throws IOException {
        String name = entry.getName();
        if (SYMBOLS.matcher(name).matches()
                || (NATIVE.matcher(name).matches() && foreign(name))) {
            return;
        }
        try (InputStream content = from.getInputStream(entry)) {
            if (UNPACKED.matcher(name).matches()) {
                Files.createDirectories(natives);
                Path file = natives.resolve(name.substring(name.lastIndexOf('/') + 1));
                Files.copy(content, file, StandardCopyOption.REPLACE_EXISTING);
                file.toFile().setExecutable(true);
                return;
            }
            ZipEntry copy = new ZipEntry(name);
            copy.setTime(entry.getTime());
            out.putNextEntry(copy);
            content.transferTo((OutputStream) out);
            out.closeEntry();
        }
    }

    /** Whether a name speaks of a platform, and of none of this one's names only. */
    private static boolean foreign(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        boolean other = false;
        for (String platform : PLATFORMS) {
            if (Pattern.compile("(^|[^a-z0-9])" + platform + "([^a-z0-9]|$)").matcher(lower).find()) {
                other |= !HERE.contains(platform);
            }
        }
        return other || lower.matches(".*(freebsd|openbsd|dragonfly|sunos|aix|ppc|s390x|riscv|mips"
                + "|loong|armel|armv|linux-arm/|linux-x86/|linux/x86/|linux/arm/|win32|linux32).*");
    }

    private static Set<String> platformNames() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        boolean arm = System.getProperty("os.arch").equals("aarch64");
        Set<String> names = new java.util.HashSet<>();
        names.addAll(arm ? Set.of("aarch64", "aarch_64", "arm64") : Set.of("x86_64", "x86-64", "x64"));
        if (os.contains("mac")) {
            names.addAll(Set.of("osx", "mac", "darwin", "macos"));
        } else if (os.contains("windows")) {
            names.addAll(Set.of("windows", "win", "win64"));
        } else {
            names.addAll(arm ? Set.of("linux") : Set.of("linux", "linux64"));
        }
        return names;
    }

    /** Runs each command once, as a user would, and keeps what the JVM learned. */
    private static void rehearse(Path root) throws Exception {
        Path lib = root.resolve("lib").toAbsolutePath();
        Path scratch = Files.createTempDirectory("engram-rehearsal");
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        run(
                List.of(
                        java.toString(),
                        "-XX:AOTCacheOutput=" + lib.resolve("engram.aot"),
                        "-Xlog:aot=error",
                        "-Xlog:cds=error",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Djava.library.path=" + lib.resolve("native"),
                        "-Donnxruntime.native.path=" + lib.resolve("native"),
                        "-cp",
                        lib.resolve("engram.jar").toString(),
                        "dev.engram.cli.Rehearsal",
                        scratch.toString()));
        delete(scratch);
    }

    private static void run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new IllegalStateException(command.getFirst() + " failed:\n" + said);
        }
    }

    private static void copy(Path file, Path folder) throws IOException {
        Path to = folder.resolve(file.getFileName());
        Files.copy(file, to, StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
