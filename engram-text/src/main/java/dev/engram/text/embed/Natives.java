package dev.engram.text.embed;

import dev.engram.error.UnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * Unpacks the native libraries into a folder of ours, once per version, and loads them from there.
 *
 * <p>Left to themselves, ONNX Runtime would unpack 28 MB at every start into the folder for
 * temporary files (and leave them there when killed), and the tokenizer below the user's home.
 */
final class Natives {

    private static final String ONNX_PATH = "onnxruntime.native.path";

    private static boolean loaded;

    private Natives() {}

    /**
     * Loads the libraries, at the first call in this process.
     *
     * @param cache where they are unpacked; later calls have no say
     */
    static synchronized void load(Path cache) {
        if (loaded) {
            return;
        }
        try {
            if (System.getProperty(ONNX_PATH) == null) {
                System.setProperty(ONNX_PATH, unpackOnnx(cache).toString());
            }
            loadTokenizers(cache);
        } catch (IOException | UnsatisfiedLinkError e) {
            throw new UnavailableException(
                    "cannot load the native libraries of the embedding models from "
                            + cache
                            + "; set ENGRAM_CACHE to a folder of yours",
                    e);
        }
        loaded = true;
    }

    private static Path unpackOnnx(Path cache) throws IOException {
        String platform = os() + "-" + arch("x64");
        String resources = "ai/onnxruntime/native/" + platform + "/";
        return unpack(
                cache,
                "onnxruntime",
                resources,
                List.of(
                        System.mapLibraryName("onnxruntime"),
                        System.mapLibraryName("onnxruntime4j_jni")));
    }

    // System.load binds a library to the loader of the class that calls it, and only classes of
    // that loader can call into it: this class and DJL's binding have to share theirs.
    @SuppressWarnings("restricted")
    private static void loadTokenizers(Path cache) throws IOException {
        String os = os();
        List<String> libraries =
                os.equals("win")
                        ? List.of(
                                "libwinpthread-1.dll",
                                "libgcc_s_seh-1.dll",
                                "libstdc++-6.dll",
                                "tokenizers.dll")
                        : List.of(System.mapLibraryName("tokenizers"));
        String resources = "native/lib/" + os + "-" + arch("x86_64") + "/cpu/";
        Path folder = unpack(cache, "tokenizers", resources, libraries);
        for (String library : libraries) {
            System.load(folder.resolve(library).toString());
        }
    }

    /** The folder is named by the content of its last library: another version, another folder. */
    private static Path unpack(Path cache, String name, String resources, List<String> libraries)
            throws IOException {
        var last = open(resources + libraries.getLast());
        Path folder = cache.toAbsolutePath().resolve(name + "-" + checksum(last));
        Files.createDirectories(folder);
        for (String library : libraries) {
            unpack(open(resources + library), folder.resolve(library));
        }
        return folder;
    }

    /** Half a library is never seen: it is written beside its place and then moved into it. */
    private static void unpack(URLConnection library, Path file) throws IOException {
        try (InputStream in = library.getInputStream()) {
            if (Files.exists(file) && Files.size(file) == library.getContentLengthLong()) {
                return;
            }
            Path part = Files.createTempFile(file.getParent(), "unpacking", ".part");
            try {
                try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
                    in.transferTo(Channels.newOutputStream(channel));
                    channel.force(true);
                }
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(part);
            }
        }
    }

    private static String checksum(URLConnection library) throws IOException {
        long key =
                library instanceof JarURLConnection jar
                        ? jar.getJarEntry().getCrc()
                        : library.getContentLengthLong();
        return HexFormat.of().toHexDigits(key).substring(8);
    }

    private static URLConnection open(String resource) throws IOException {
        URL url = Resources.find(resource);
        if (url == null) {
            throw new UnavailableException(
                    "no " + resource + " on the class path: this platform is not supported");
        }
        URLConnection connection = url.openConnection();
        connection.setUseCaches(false);
        return connection;
    }

    private static String os() {
        String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        if (name.contains("mac")) {
            return "osx";
        }
        return name.contains("windows") ? "win" : "linux";
    }

    private static String arch(String amd64) {
        String arch = System.getProperty("os.arch");
        return arch.equals("amd64") || arch.equals("x86_64") ? amd64 : arch;
    }
}
