package dev.engram.bench;

import dev.engram.db.Embedder;
import dev.engram.text.EmbeddingModels;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Embeds a corpus that every JDK brings along, the documentation comments of its sources, with the
 * built-in model: a set of real vectors for {@code bench/peers}. The queries come from comments
 * that are not in the base: their first sentences, or, as queries of another distribution, the code
 * that follows them.
 *
 * <p>Arguments: {@code src.zip} of a JDK, number of vectors, seed, file for them, number of
 * queries, file for these, {@code comments} or {@code code}; both files are {@code .fbin}.
 */
public final class EmbeddedCorpus {

    private static final Pattern COMMENT = Pattern.compile("/\\*\\*(.*?)\\*/", Pattern.DOTALL);
    private static final Pattern MARGIN = Pattern.compile("(?m)^\\s*\\*");
    private static final Pattern TAG = Pattern.compile("</?[a-zA-Z][^>]{0,200}>");
    private static final Pattern INLINE = Pattern.compile("\\{@\\w+\\s+([^}]*)}");
    private static final Pattern SENTENCE = Pattern.compile("^(.{20,400}?[.:])(\\s|$)");

    private static final int LENGTH_MIN = 60;

    /** About what the model's window holds. */
    private static final int LENGTH_MAX = 1000;

    private static final int BATCH = 512;

    private EmbeddedCorpus() {}

    /** Writes both files; see the class. */
    public static void main(String[] args) throws IOException {
        int count = Integer.parseInt(args[1]);
        int queryCount = Integer.parseInt(args[4]);
        List<Comment> comments = comments(Path.of(args[0]));
        Collections.shuffle(comments, new Random(Long.parseLong(args[2])));
        if (comments.size() < count + queryCount) {
            throw new IllegalArgumentException(
                    "count: %d (expected: <= %d, what the sources have besides the queries)"
                            .formatted(count, comments.size() - queryCount));
        }
        try (EmbeddingModels models = EmbeddingModels.builtIn()) {
            Embedder embedder = models.embedder(EmbeddingModels.DEFAULT);
            List<String> queries =
                    comments.subList(0, queryCount).stream()
                            .map(args[6].equals("code") ? Comment::code : Comment::firstSentence)
                            .toList();
            write(Path.of(args[5]), queries, embedder);
            if (!Files.exists(Path.of(args[3]))) {
                List<String> base =
                        comments.subList(queryCount, queryCount + count).stream()
                                .map(Comment::text)
                                .toList();
                write(Path.of(args[3]), base, embedder);
            }
        }
    }

    /** What a comment says, and the code that follows it. */
    private record Comment(String text, String code) {

        String firstSentence() {
            Matcher sentence = SENTENCE.matcher(text);
            return sentence.find() ? sentence.group(1) : text;
        }
    }

    /** Comments with distinct texts, in the order of files and lines. */
    private static List<Comment> comments(Path sources) throws IOException {
        Map<String, Comment> found = new LinkedHashMap<>();
        try (ZipFile zip = new ZipFile(sources.toFile())) {
            zip.stream()
                    .filter(entry -> entry.getName().endsWith(".java"))
                    .sorted(Comparator.comparing(ZipEntry::getName))
                    .forEach(entry -> addComments(text(zip, entry), found));
        }
        return new ArrayList<>(found.values());
    }

    private static String text(ZipFile zip, ZipEntry entry) {
        try (InputStream in = zip.getInputStream(entry)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void addComments(String source, Map<String, Comment> found) {
        Matcher comment = COMMENT.matcher(source);
        while (comment.find()) {
            String text = MARGIN.matcher(comment.group(1)).replaceAll(" ");
            text = INLINE.matcher(text).replaceAll("$1");
            text = TAG.matcher(text).replaceAll(" ").replaceAll("\\s+", " ").strip();
            int end = source.indexOf("/**", comment.end());
            String code = source.substring(comment.end(), end < 0 ? source.length() : end).strip();
            if (text.length() >= LENGTH_MIN && code.length() >= LENGTH_MIN) {
                text = text.substring(0, Math.min(LENGTH_MAX, text.length()));
                code = code.substring(0, Math.min(LENGTH_MAX, code.length()));
                found.putIfAbsent(text, new Comment(text, code));
            }
        }
    }

    private static void write(Path file, List<String> texts, Embedder embedder) throws IOException {
        int dimension = embedder.identity().dimension();
        Path unfinished = Path.of(file + ".part");
        try (FileChannel out =
                FileChannel.open(
                        unfinished,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            write(out, buffer(2).putInt(texts.size()).putInt(dimension));
            for (int start = 0; start < texts.size(); start += BATCH) {
                int end = Math.min(texts.size(), start + BATCH);
                ByteBuffer rows = buffer((end - start) * dimension);
                for (float[] vector : embedder.embed(texts.subList(start, end))) {
                    for (float component : vector) {
                        rows.putFloat(component);
                    }
                }
                write(out, rows);
            }
        }
        Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private static ByteBuffer buffer(int numbers) {
        return ByteBuffer.allocate(numbers * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void write(FileChannel out, ByteBuffer bytes) throws IOException {
        bytes.flip();
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }
}
