package dev.engram.text.read;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.treesitter.TSInputEncoding;
import org.treesitter.TSLanguage;
import org.treesitter.TSNode;
import org.treesitter.TSParser;
import org.treesitter.TSTree;
import org.treesitter.TSTreeCursor;
import org.treesitter.utils.NativeUtils;

/**
 * Finds the definitions and statements of source code by tree-sitter, in the process that is there
 * for foreign documents: its parsers are native code, and what they read is not to be trusted.
 */
final class SyntaxParser {

    /** Smaller parts do not fall apart: any passage holds them. */
    private static final int SMALL_CHARS = 100;

    private static final Set<String> REMARKS = Set.of("comment", "line_comment", "block_comment");
    private static final Set<String> ANNOTATIONS =
            Set.of("attribute_item", "decorator", "attribute_list");

    private final Map<Grammar, TSLanguage> languages = new EnumMap<>(Grammar.class);

    /** Parses a text, or says why it cannot be parsed. */
    ForeignReply parse(String text, Grammar grammar) {
        TSLanguage language;
        try {
            language = languages.computeIfAbsent(grammar, SyntaxParser::language);
        } catch (LinkageError | RuntimeException e) {
            // The library throws plain RuntimeExceptions where it has no natives for this platform.
            return new ForeignReply.Absent(String.valueOf(e.getMessage()));
        }
        try (TSParser parser = new TSParser()) {
            if (!parser.setLanguage(language)) {
                return new ForeignReply.Absent(grammar + ": a grammar of another version");
            }
            try (TSTree tree = tree(parser, text);
                    TSTreeCursor cursor = new TSTreeCursor(tree.getRootNode())) {
                return new ForeignReply.Parsed(new Walk(text, cursor).root());
            }
        }
    }

    /**
     * Of each grammar only the native code is used: the classes in their jars share one package,
     * which modules do not allow.
     */
    private static TSLanguage language(Grammar grammar) {
        Path library = NativeUtils.libFile("lib/tree-sitter-" + grammar.library());
        return TSLanguage.load(
                library.toString(), "tree_sitter_" + grammar.library().replace('-', '_'));
    }

    /** In UTF-16, so that its offsets are twice ours. */
    private static TSTree tree(TSParser parser, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_16LE);
        return parser.parse(
                new byte[1 << 16],
                null,
                (buffer, offset, _) -> {
                    int count = Math.clamp(bytes.length - (long) offset, 0, buffer.length);
                    System.arraycopy(bytes, count == 0 ? 0 : offset, buffer, 0, count);
                    return count;
                },
                TSInputEncoding.TSInputEncodingUTF16LE);
    }

    /** Goes through a tree, and keeps what is worth to be told apart. */
    private static final class Walk {

        private final String text;
        private final SyntaxNames names;
        private final TSTreeCursor cursor;

        Walk(String text, TSTreeCursor cursor) {
            this.text = text;
            this.cursor = cursor;
            names = new SyntaxNames(text);
        }

        Syntax root() {
            return new Syntax(0, text.length(), null, parts(0));
        }

        private List<Syntax> parts(int depth) {
            List<Syntax> parts = new ArrayList<>();
            if (depth < Syntax.DEPTH_MAX && cursor.gotoFirstChild()) {
                Above above = null;
                do {
                    TSNode node = cursor.currentNode();
                    int start = start(node);
                    int end = end(node);
                    if (!node.isNamed() || end <= start) {
                        continue;
                    }
                    if (above != null && !above.reaches(start)) {
                        parts.add(above.alone());
                        above = null;
                    }
                    boolean remark = REMARKS.contains(node.getType());
                    if (remark && !beginsLine(start)) {
                        // It speaks of what stands before it in the line, and stays there.
                        continue;
                    }
                    if (remark || ANNOTATIONS.contains(node.getType())) {
                        above = new Above(above == null ? start : above.start(), end, text);
                        continue;
                    }
                    add(parts, node, above == null ? start : above.start(), depth);
                    above = null;
                } while (cursor.gotoNextSibling());
                if (above != null) {
                    parts.add(above.alone());
                }
                cursor.gotoParent();
            }
            return parts;
        }

        private void add(List<Syntax> parts, TSNode node, int start, int depth) {
            int end = end(node);
            // What could not be parsed is cut between lines.
            boolean whole = node.isError() || end - start(node) <= SMALL_CHARS;
            List<Syntax> inside = whole ? List.of() : parts(depth + 1);
            parts.add(new Syntax(start, end, names.of(node), unwrapped(node, inside)));
        }

        /** The parts of what a node wraps stand for it: it would be named twice otherwise. */
        private static List<Syntax> unwrapped(TSNode node, List<Syntax> inside) {
            TSNode inner = SyntaxNames.inner(node);
            if (inner == null) {
                return inside;
            }
            List<Syntax> all = new ArrayList<>();
            for (Syntax part : inside) {
                if (part.end() == end(inner) && !part.parts().isEmpty()) {
                    all.addAll(part.parts());
                } else {
                    all.add(new Syntax(part.start(), part.end(), null, part.parts()));
                }
            }
            return all;
        }

        private boolean beginsLine(int at) {
            int i = at;
            while (i > 0 && (text.charAt(i - 1) == ' ' || text.charAt(i - 1) == '\t')) {
                i--;
            }
            return i == 0 || text.charAt(i - 1) == '\n' || text.charAt(i - 1) == '\r';
        }
    }

    /**
     * Remarks and annotations that wait for what they are about.
     *
     * @param start where the first begins
     * @param end behind the last
     */
    private record Above(int start, int end, String text) {

        /** Whether only one line end lies between them and the next part. */
        boolean reaches(int next) {
            int lines = 0;
            for (int i = next; i > start && Character.isWhitespace(text.charAt(i - 1)); i--) {
                lines += text.charAt(i - 1) == '\n' ? 1 : 0;
            }
            return lines < 2;
        }

        Syntax alone() {
            return new Syntax(start, end, null, List.of());
        }
    }

    private static int start(TSNode node) {
        return node.getStartByte() / Character.BYTES;
    }

    private static int end(TSNode node) {
        return node.getEndByte() / Character.BYTES;
    }
}
