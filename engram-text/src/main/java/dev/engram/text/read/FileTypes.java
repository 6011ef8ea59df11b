package dev.engram.text.read;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the end of a file's name says about it. */
final class FileTypes {

    private static final Map<String, Format> FORMATS = new HashMap<>();

    static {
        all(Format.PROSE, "txt text rst adoc asciidoc org tex log srt vtt");
        all(Format.MARKDOWN, "md markdown mdown mkd mdx rmd qmd");
        all(Format.HTML, "html htm xhtml");
        all(Format.CSV, "csv");
        all(Format.TSV, "tsv tab");
        all(Format.JSON, "json geojson jsonld webmanifest");
        all(Format.JSON_LINES, "jsonl ndjson");
        all(Format.XML, "xml rss atom opml wsdl xsd xsl xslt docbook tei dita xliff");
        all(Format.NOTEBOOK, "ipynb");
        all(
                Format.FOREIGN,
                "pdf docx docm dotx pptx pptm ppsx potx xlsx xlsm xltx doc dot ppt pps xls msg odt"
                        + " ott ods odp epub rtf eml mbox");
        all(
                Format.LINES,
                "py pyi pyx js mjs cjs ts mts cts jsx tsx java cpp cc cxx c h hpp hh hxx inl cs go"
                    + " rs rb php swift kt kts scala sc r jl lua pl pm t ex exs erl hrl hs lhs clj"
                    + " cljs cljc edn ml mli fs fsi fsx vb dart groovy gradle m mm zig nim cr d v"
                    + " sv vhd vhdl sol f f90 f95 for pas ada adb ads lisp el scm rkt elm purs"
                    + " coffee asm s cu cuh cl glsl hlsl wgsl metal tcl awk sed vim nix bzl bazel"
                    + " sbt sql sh bash zsh fish ps1 psm1 bat cmd yaml yml json5 jsonc toml ini cfg"
                    + " conf properties env css scss sass less styl vue svelte astro erb ejs hbs"
                    + " pug jinja j2 twig liquid proto thrift avsc graphql gql prisma tf tfvars hcl"
                    + " cmake mk make dockerfile diff patch bib ics vcf");
    }

    /** Documents people expect to be read, in formats this version does not read. */
    private static final Set<String> UNREAD =
            Set.of("pages", "numbers", "key", "pst", "one", "djvu", "mobi", "azw3", "xlsb", "wpd");

    private FileTypes() {}

    private static void all(Format format, String extensions) {
        for (String extension : extensions.split(" ")) {
            FORMATS.put(extension, format);
        }
    }

    /**
     * The format a name promises, or null where only the content can tell.
     *
     * @param fileName the last part of a path
     */
    static @Nullable Format format(String fileName) {
        return FORMATS.get(extension(fileName));
    }

    /** Whether the name is that of a document in a format this version does not read. */
    static boolean isUnreadDocument(String fileName) {
        return UNREAD.contains(extension(fileName));
    }

    /** What follows the last dot, in lower case; empty where there is none. */
    static String extension(String fileName) {
        int dot = fileName.lastIndexOf('.');
        return dot < 0 ? "" : fileName.substring(dot + 1).toLowerCase(Locale.ROOT);
    }
}
