package dev.engram.text.embed;

import ai.djl.huggingface.tokenizers.jni.CharSpan;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import dev.engram.error.UnavailableException;
import dev.engram.text.chunk.Tokenizer;
import dev.engram.text.chunk.Tokens;
import java.util.Arrays;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A {@code tokenizer.json} in the native library of Hugging Face.
 *
 * <p>Only the binding of DJL is used. Its Java wrapper would detect graphics cards through JNA,
 * unpack below the user's home, log, and on some machines call home.
 *
 * <p>What the file says about truncation and padding is switched off: the built-in model's cuts at
 * 128 tokens and pads to 128. Native code aborts the process where Java would throw, so nothing
 * reaches it unchecked: no null, no lone surrogate, no handle that was freed.
 */
final class NativeTokenizer implements Tokenizer, AutoCloseable {

    private final String model;
    private final int window;
    private final ReentrantReadWriteLock life = new ReentrantReadWriteLock();
    private final long[] prefix;
    private final long[] suffix;
    private long handle;

    /**
     * @param model whose tokenizer it is
     * @param json the content of {@code tokenizer.json}
     * @param window the most tokens the model reads at once, special tokens included
     */
    NativeTokenizer(String model, String json, int window) {
        this.model = model;
        this.window = window;
        try {
            handle = TokenizersLibrary.LIB.createTokenizerFromString(json);
        } catch (RuntimeException | UnsatisfiedLinkError e) {
            throw new UnavailableException("cannot open the tokenizer of " + model, e);
        }
        boolean usable = false;
        try {
            TokenizersLibrary.LIB.disableTruncation(handle);
            TokenizersLibrary.LIB.disablePadding(handle);
            long[] plain = ids("a", false);
            long[] special = ids("a", true);
            int at = indexOf(special, plain);
            prefix = Arrays.copyOf(special, at);
            suffix = Arrays.copyOfRange(special, at + plain.length, special.length);
            usable = true;
        } finally {
            if (!usable) {
                close();
            }
        }
    }

    private int indexOf(long[] all, long[] part) {
        for (int i = 0; i + part.length <= all.length; i++) {
            if (Arrays.equals(all, i, i + part.length, part, 0, part.length)) {
                return i;
            }
        }
        throw new UnavailableException(
                "the tokenizer of "
                        + model
                        + " changes tokens where it adds special ones: "
                        + Arrays.toString(all)
                        + " without "
                        + Arrays.toString(part));
    }

    @Override
    public String model() {
        return model;
    }

    @Override
    public int window() {
        return window;
    }

    @Override
    public int specialTokens() {
        return prefix.length + suffix.length;
    }

    /** The ids of a text, without special tokens. */
    long[] ids(String text) {
        return ids(text, false);
    }

    /** A row the model reads: those tokens of {@code ids}, special tokens around them. */
    long[] row(long[] ids, int start, int end) {
        long[] row = new long[prefix.length + end - start + suffix.length];
        System.arraycopy(prefix, 0, row, 0, prefix.length);
        System.arraycopy(ids, start, row, prefix.length, end - start);
        System.arraycopy(suffix, 0, row, prefix.length + end - start, suffix.length);
        return row;
    }

    private long[] ids(String text, boolean special) {
        Lock lock = enter();
        try {
            long encoding = TokenizersLibrary.LIB.encode(handle, wellFormed(text), special);
            try {
                return TokenizersLibrary.LIB.getTokenIds(encoding);
            } finally {
                TokenizersLibrary.LIB.deleteEncoding(encoding);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Tokens tokenize(String text) {
        Lock lock = enter();
        try {
            long encoding = TokenizersLibrary.LIB.encode(handle, wellFormed(text), false);
            try {
                return tokens(text, encoding);
            } finally {
                TokenizersLibrary.LIB.deleteEncoding(encoding);
            }
        } finally {
            lock.unlock();
        }
    }

    private static Tokens tokens(String text, long encoding) {
        long[] ids = TokenizersLibrary.LIB.getTokenIds(encoding);
        long[] words = TokenizersLibrary.LIB.getWordIds(encoding);
        CharSpan[] spans = TokenizersLibrary.LIB.getTokenCharSpans(encoding);
        int[] starts = new int[ids.length];
        int[] ends = new int[ids.length];
        // Spans count code points; ours count UTF-16 units.
        int points = 0;
        int units = 0;
        for (int i = 0; i < ids.length; i++) {
            units = text.offsetByCodePoints(units, spans[i].getStart() - points);
            points = spans[i].getStart();
            starts[i] = units;
            ends[i] = text.offsetByCodePoints(units, spans[i].getEnd() - points);
        }
        return new Tokens(ids, starts, ends, words);
    }

    /** A lone surrogate would turn every other pair of the text into six unknown characters. */
    private static String wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                return withoutLoneSurrogates(text, i);
            }
        }
        return text;
    }

    private static String withoutLoneSurrogates(String text, int from) {
        char[] chars = text.toCharArray();
        int i = from;
        while (i < chars.length) {
            boolean pair =
                    i + 1 < chars.length && Character.isSurrogatePair(chars[i], chars[i + 1]);
            if (!pair && Character.isSurrogate(chars[i])) {
                chars[i] = '\uFFFD';
            }
            i += pair ? 2 : 1;
        }
        return new String(chars);
    }

    private Lock enter() {
        Lock lock = life.readLock();
        lock.lock();
        if (handle == 0) {
            lock.unlock();
            throw new IllegalStateException("the tokenizer of " + model + " is closed");
        }
        return lock;
    }

    @Override
    public void close() {
        life.writeLock().lock();
        try {
            if (handle != 0) {
                TokenizersLibrary.LIB.deleteTokenizer(handle);
                handle = 0;
            }
        } finally {
            life.writeLock().unlock();
        }
    }
}
