package dev.engram.text.embed;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class CacheFolderTest {

    private static final Path HOME = Path.of("/home/ada");

    @Test
    void isWhereTheUserSays() {
        assertThat(
                        CacheFolder.of(
                                Map.of("ENGRAM_CACHE", "/x", "XDG_CACHE_HOME", "/y"),
                                "linux",
                                HOME))
                .isEqualTo(Path.of("/x"));
    }

    @Test
    void isElseWhereTheSystemKeepsCaches() {
        assertThat(CacheFolder.of(Map.of("XDG_CACHE_HOME", "/y"), "linux", HOME))
                .isEqualTo(Path.of("/y/engram"));
        assertThat(CacheFolder.of(Map.of("XDG_CACHE_HOME", "relative"), "linux", HOME))
                .isEqualTo(Path.of("/home/ada/.cache/engram"));
        assertThat(CacheFolder.of(Map.of(), "linux", HOME))
                .isEqualTo(Path.of("/home/ada/.cache/engram"));
        assertThat(CacheFolder.of(Map.of(), "mac os x", HOME))
                .isEqualTo(Path.of("/home/ada/Library/Caches/engram"));
        assertThat(CacheFolder.of(Map.of("LOCALAPPDATA", "/l"), "windows 11", HOME))
                .isEqualTo(Path.of("/l/engram/cache"));
    }
}
