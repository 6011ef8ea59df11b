package dev.engram.text.embed;

import dev.engram.db.Embedder;
import dev.engram.text.chunk.Tokenizer;

/** An embedder that can say how it counts text, so that passages are cut to its measure. */
public interface TextEmbedder extends Embedder {

    /** How the model counts text; closed with the embedder. */
    Tokenizer tokenizer();
}
