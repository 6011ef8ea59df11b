package dev.engram.text.read;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the end of a file's name says about it. */
final class FileTypes {

    private static final Map<String, Form> FORMS = new HashMap<>();

    static {
        all(Form.PROSE, "txt text rst adoc asciidoc org tex log srt vtt");
        all(Form.MARKDOWN, "md markdown mdown mkd mdx rmd qmd");
        all(Form.HTML, "html htm xhtml");
        all(
                Form.LINES,
                "py pyi js mjs cjs ts jsx tsx java cpp cc cxx c h hpp hh hxx cs go rs rb php swift"
                    + " kt kts scala r jl lua pl pm ex exs erl hs clj cljs ml mli fs fsx vb dart"
                    + " groovy gradle m mm zig nim sql sh bash zsh fish ps1 bat cmd json jsonl"
                    + " ndjson yaml yml xml toml ini cfg conf properties env css scss sass less vue"
                    + " svelte ipynb csv tsv proto graphql tf hcl cmake mk dockerfile diff patch"
                    + " bib");
    }

    /** Documents people expect to be read, in formats this version does not read. */
    private static final Set<String> DOCUMENTS =
            Set.of(
                    "pdf", "doc", "docx", "ppt", "pptx", "xls", "xlsx", "odt", "ods", "odp", "epub",
                    "rtf", "eml", "mbox", "msg", "pages");

    private FileTypes() {}

    private static void all(Form form, String extensions) {
        for (String extension : extensions.split(" ")) {
            FORMS.put(extension, form);
        }
    }

    /**
     * The form a name promises, or null where only the content can tell.
     *
     * @param fileName the last part of a path
     */
    static @Nullable Form form(String fileName) {
        return FORMS.get(extension(fileName));
    }

    /** Whether the name is that of a document in a format this version does not read. */
    static boolean isUnreadDocument(String fileName) {
        return DOCUMENTS.contains(extension(fileName));
    }

    /** What follows the last dot, in lower case; empty where there is none. */
    static String extension(String fileName) {
        int dot = fileName.lastIndexOf('.');
        return dot < 0 ? "" : fileName.substring(dot + 1).toLowerCase(Locale.ROOT);
    }
}
