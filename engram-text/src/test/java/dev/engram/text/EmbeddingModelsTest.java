package dev.engram.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.db.Embedder;
import dev.engram.error.NotFoundException;
import dev.engram.text.embed.CacheFolder;
import org.junit.jupiter.api.Test;

final class EmbeddingModelsTest {

    @Test
    void loadsAModelOnceUnderAllItsNames() {
        try (EmbeddingModels models = EmbeddingModels.builtIn()) {
            Embedder embedder = models.embedder("all-MiniLM-L6-v2");
            assertThat(models.embedder("minilm")).isSameAs(embedder);
            assertThat(models.embedder("sentence-transformers/all-MiniLM-L6-v2"))
                    .isSameAs(embedder);
            assertThat(embedder.identity().name()).isEqualTo(EmbeddingModels.DEFAULT);
            assertThat(models.tokenizer("minilm").window()).isEqualTo(256);
        }
    }

    @Test
    void namesTheModelsThereAre() {
        try (EmbeddingModels models = EmbeddingModels.builtIn()) {
            assertThat(models.names()).containsExactly("all-MiniLM-L6-v2");
            assertThatThrownBy(() -> models.embedder("word2vec"))
                    .isInstanceOf(NotFoundException.class)
                    .hasMessage(
                            "no embedding model 'word2vec' (there is: all-MiniLM-L6-v2,"
                                    + " or the absolute path of a folder)");
        }
    }

    @Test
    void closesWhatItLoaded() {
        EmbeddingModels models = EmbeddingModels.builtIn(1, CacheFolder.ofUser());
        Embedder embedder = models.embedder("minilm");
        models.close();
        models.close();
        assertThatThrownBy(() -> embedder.embedQuery("a"))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> models.embedder("minilm"))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void refusesToWorkWithoutThreads() {
        assertThatThrownBy(() -> EmbeddingModels.builtIn(0, CacheFolder.ofUser()))
                .hasMessage("threads: 0 (expected: >= 1)");
    }
}
