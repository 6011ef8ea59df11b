package dev.engram.text.chunk;

import java.util.List;
import java.util.random.RandomGenerator;

/** Texts made of everything that ever broke a chunker. */
final class NastyTexts {

    private static final List<String> PARTS =
            List.of(
                    "The quick brown fox jumps over the lazy dog. ",
                    "Dr. Smith paid $3.50, e.g. for 1.5 kg! Really? ",
                    "unaffordability-of-internationalisation ",
                    "\n\n",
                    "\r\n",
                    "\r",
                    "\t \u00A0\u3000\u2003",
                    "# Heading\n",
                    "\n## Second *level* ##\n\n",
                    "Title\n=====\n",
                    "- item one\n- item two\n",
                    "1. first\n2. second\n",
                    "```\ncode();\n\nmore();\n```\n",
                    "~~~ never closed\n",
                    "<p>para</p><h2>head</h2><pre> x\n y</pre><script>no()</script>",
                    "&amp;&#0;&lt;",
                    "漢字かなカナ。次の文。",
                    "ภาษาไทยไม่มีเว้นวรรคเลยสักนิดเดียวในประโยคนี้",
                    "👨‍👩‍👧‍👦🇩🇪👍🏽",
                    "e\u0301\u0301\u0301a\u0308",
                    "\u0000\u0001\u0002\u200B\uFEFF\uFFFD\u00AD",
                    "\uD83D",
                    "\uDE00",
                    "[CLS] [SEP] [MASK] [PAD] [UNK] ",
                    "مرحبا بالعالم. ",
                    "aGVsbG8gd29ybGQgaGVsbG8gd29ybGQ",
                    "!!!???...;;;,,,",
                    "| a | b |\n|---|---|\n| 1 | 2 |\n",
                    "x");

    private NastyTexts() {}

    static String text(RandomGenerator random) {
        StringBuilder out = new StringBuilder();
        int parts = random.nextInt(40);
        for (int i = 0; i < parts; i++) {
            String part = PARTS.get(random.nextInt(PARTS.size()));
            out.repeat(part, random.nextInt(10) == 0 ? 1 + random.nextInt(200) : 1);
        }
        return out.toString();
    }
}
