package dev.engram.db.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.engram.error.CorruptException;
import dev.engram.testkit.Seeded;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@Seeded
final class ValueCodecTest {

    private static Map<String, @Nullable Object> roundTrip(Map<String, @Nullable Object> map) {
        return RowCodec.decode("test", RowCodec.encode(map));
    }

    private static @Nullable Object value(RandomGenerator random, int depth) {
        return switch (random.nextInt(depth > 4 ? 9 : 11)) {
            case 0 -> null;
            case 1 -> random.nextBoolean();
            case 2 -> random.nextInt();
            case 3 -> random.nextLong();
            case 4 -> Float.intBitsToFloat(random.nextInt());
            case 5 -> Double.longBitsToDouble(random.nextLong());
            case 6 -> "t".repeat(random.nextInt(3)) + Character.toString(0x1f600);
            case 7 -> new UUID(random.nextLong(), random.nextLong());
            case 8 -> Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000));
            case 9 -> {
                List<@Nullable Object> list = new ArrayList<>();
                for (int left = random.nextInt(4); left > 0; left--) {
                    list.add(value(random, depth + 1));
                }
                yield list;
            }
            default -> map(random, depth + 1);
        };
    }

    private static Map<String, @Nullable Object> map(RandomGenerator random, int depth) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (int left = random.nextInt(6); left > 0; left--) {
            map.put("k" + random.nextInt(), value(random, depth));
        }
        return map;
    }

    @Test
    void keepsWhateverItTakes(RandomGenerator random) {
        for (int i = 0; i < 500; i++) {
            Map<String, @Nullable Object> map = map(random, 0);
            assertThat(roundTrip(map)).isEqualTo(map);
        }
    }

    @Test
    void refusesEveryCutOffValue(RandomGenerator random) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("list", Arrays.asList(1L, null, "text", random.nextDouble()));
        byte[] bytes = RowCodec.encode(map);
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> RowCodec.decode("test", cut))
                    .isInstanceOf(CorruptException.class);
        }
    }

    @Test
    void neverEndsInAnythingButCorruptOnOtherBytes(RandomGenerator random) {
        Map<String, @Nullable Object> map = map(random, 0);
        map.put("list", List.of("abc", Map.of("x", 1)));
        byte[] bytes = RowCodec.encode(map);
        for (int i = 0; i < 2_000; i++) {
            byte[] harmed = bytes.clone();
            harmed[random.nextInt(harmed.length)] = (byte) random.nextInt();
            try {
                assertThat(RowCodec.decode("test", harmed)).isNotNull();
            } catch (CorruptException e) {
                assertThat(e.file()).isEqualTo("test");
            }
        }
    }

    @Test
    void refusesADamagedLengthBeforeItTakesMemory() {
        byte[] bytes = {1, 6, 0x7f, -1, -1, -1};
        assertThatThrownBy(() -> RowCodec.decode("test", bytes))
                .isInstanceOf(CorruptException.class);
    }

    @Test
    void refusesBytesNestedWithoutEnd() {
        byte[] bytes = new byte[500_000];
        bytes[0] = 1;
        for (int i = 1; i + 5 <= bytes.length; i += 5) {
            bytes[i] = 9;
            bytes[i + 4] = 1;
        }
        assertThatThrownBy(() -> RowCodec.decode("test", bytes))
                .isInstanceOf(CorruptException.class)
                .hasRootCauseMessage("nested deeper than 32");
    }
}
