/* Nanoseconds for one distance by kernels in C with AVX-512, to lists of 32 rows, in cache or at random places
 * of many megabytes: what dev.engram.bench.KernelBenchmark measures in Java, with the same rows and lists.
 * Compiled and run by kernels.py; prints a line for each kernel: its name and the median of its rounds.
 *
 *   kernels DIMENSION MEGABYTES
 */
#include <immintrin.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LIST = 32, ROUNDS = 7 };

static uint64_t state = 42;

static uint32_t next(void) {
    state += 0x9e3779b97f4a7c15u;
    uint64_t z = state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (uint32_t)(z >> 32);
}

/* One row with four sums, so that additions need not wait for each other. */
static float single_l2(const float *q, const float *r, int d) {
    __m512 s0 = _mm512_setzero_ps(), s1 = s0, s2 = s0, s3 = s0;
    for (int i = 0; i < d; i += 64) {
        __m512 d0 = _mm512_sub_ps(_mm512_loadu_ps(q + i), _mm512_loadu_ps(r + i));
        __m512 d1 = _mm512_sub_ps(_mm512_loadu_ps(q + i + 16), _mm512_loadu_ps(r + i + 16));
        __m512 d2 = _mm512_sub_ps(_mm512_loadu_ps(q + i + 32), _mm512_loadu_ps(r + i + 32));
        __m512 d3 = _mm512_sub_ps(_mm512_loadu_ps(q + i + 48), _mm512_loadu_ps(r + i + 48));
        s0 = _mm512_fmadd_ps(d0, d0, s0);
        s1 = _mm512_fmadd_ps(d1, d1, s1);
        s2 = _mm512_fmadd_ps(d2, d2, s2);
        s3 = _mm512_fmadd_ps(d3, d3, s3);
    }
    return _mm512_reduce_add_ps(_mm512_add_ps(_mm512_add_ps(s0, s1), _mm512_add_ps(s2, s3)));
}

typedef struct {
    const float *query;
    const int8_t *bytes;
    const uint8_t *rows;
    int dimension;
    size_t count;
    int ids[LIST];
    float out[LIST];
    int sums[LIST];
} work;

static void euclidean_single(work *w) {
    for (int j = 0; j < LIST; j++)
        w->out[j] = single_l2(w->query, (const float *)w->rows + (size_t)w->ids[j] * w->dimension, w->dimension);
}

/* Four rows at a time, one sum each: the query is loaded once for all. */
#define BATCH4(NAME, TYPE, LOAD, STEP)                                              \
    static void NAME(work *w) {                                                     \
        int d = w->dimension;                                                       \
        const TYPE *rows = (const TYPE *)w->rows;                                   \
        for (int j = 0; j < LIST; j += 4) {                                         \
            const TYPE *r[4];                                                       \
            __m512 s[4];                                                            \
            for (int k = 0; k < 4; k++) {                                           \
                r[k] = rows + (size_t)w->ids[j + k] * d;                            \
                s[k] = _mm512_setzero_ps();                                         \
            }                                                                       \
            for (int i = 0; i < d; i += 16) {                                       \
                __m512 q = _mm512_loadu_ps(w->query + i);                           \
                for (int k = 0; k < 4; k++) {                                       \
                    __m512 x = LOAD(r[k] + i);                                      \
                    STEP;                                                           \
                }                                                                   \
            }                                                                       \
            for (int k = 0; k < 4; k++) w->out[j + k] = _mm512_reduce_add_ps(s[k]); \
        }                                                                           \
    }
#define HALF(P) _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(P)))
#define DOT s[k] = _mm512_fmadd_ps(q, x, s[k])
#define L2 __m512 t = _mm512_sub_ps(q, x); s[k] = _mm512_fmadd_ps(t, t, s[k])
#define L1 s[k] = _mm512_add_ps(s[k], _mm512_abs_ps(_mm512_sub_ps(q, x)))
BATCH4(dot, float, _mm512_loadu_ps, DOT)
BATCH4(euclidean, float, _mm512_loadu_ps, L2)
BATCH4(manhattan, float, _mm512_loadu_ps, L1)
BATCH4(half_dot, uint16_t, HALF, DOT)
BATCH4(half_euclidean, uint16_t, HALF, L2)
BATCH4(half_manhattan, uint16_t, HALF, L1)

/* VNNI multiplies unsigned with signed bytes: the rows are moved up by 128, and that is taken back at the end. */
static void byte_dot(work *w) {
    int d = w->dimension;
    __m512i flip = _mm512_set1_epi8((char)0x80);
    __m512i ones = _mm512_set1_epi8(1), total = _mm512_setzero_si512();
    for (int i = 0; i < d; i += 64)
        total = _mm512_dpbusd_epi32(total, ones, _mm512_loadu_si512(w->bytes + i));
    int moved = 128 * _mm512_reduce_add_epi32(total);
    for (int j = 0; j < LIST; j += 4) {
        const uint8_t *r[4];
        __m512i s[4];
        for (int k = 0; k < 4; k++) {
            r[k] = w->rows + (size_t)w->ids[j + k] * d;
            s[k] = _mm512_setzero_si512();
        }
        for (int i = 0; i < d; i += 64) {
            __m512i q = _mm512_loadu_si512(w->bytes + i);
            for (int k = 0; k < 4; k++)
                s[k] = _mm512_dpbusd_epi32(s[k], _mm512_xor_si512(flip, _mm512_loadu_si512(r[k] + i)), q);
        }
        for (int k = 0; k < 4; k++) w->sums[j + k] = moved - _mm512_reduce_add_epi32(s[k]);
    }
}

static void byte_euclidean(work *w) {
    int d = w->dimension;
    for (int j = 0; j < LIST; j += 4) {
        const uint8_t *r[4];
        __m512i s[4];
        for (int k = 0; k < 4; k++) {
            r[k] = w->rows + (size_t)w->ids[j + k] * d;
            s[k] = _mm512_setzero_si512();
        }
        for (int i = 0; i < d; i += 32) {
            __m512i q = _mm512_cvtepi8_epi16(_mm256_loadu_si256((const __m256i *)(w->bytes + i)));
            for (int k = 0; k < 4; k++) {
                __m512i x = _mm512_cvtepi8_epi16(_mm256_loadu_si256((const __m256i *)(r[k] + i)));
                __m512i t = _mm512_sub_epi16(q, x);
                s[k] = _mm512_dpwssd_epi32(s[k], t, t);
            }
        }
        for (int k = 0; k < 4; k++) w->sums[j + k] = _mm512_reduce_add_epi32(s[k]);
    }
}

static void hamming(work *w) {
    int bytes = w->dimension / 8;
    for (int j = 0; j < LIST; j++) {
        const uint8_t *r = w->rows + (size_t)w->ids[j] * bytes;
        __m512i s = _mm512_setzero_si512();
        for (int i = 0; i < bytes; i += 64) {
            __mmask64 rest = bytes - i >= 64 ? ~0ull : (1ull << (bytes - i)) - 1;
            __m512i x = _mm512_xor_si512(_mm512_maskz_loadu_epi8(rest, w->bytes + i), _mm512_maskz_loadu_epi8(rest, r + i));
            s = _mm512_add_epi64(s, _mm512_popcnt_epi64(x));
        }
        w->sums[j] = (int)_mm512_reduce_add_epi64(s);
    }
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void measure(const char *name, work *w, void (*kernel)(work *), size_t row_bytes, size_t size, int in_cache) {
    double times[ROUNDS];
    size_t count = in_cache ? LIST : size / row_bytes;
    long lists = 1000;
    for (int round = -1; round < ROUNDS; round++) {
        double start = now();
        for (long i = 0; i < lists; i++) {
            for (int j = 0; j < LIST; j++) w->ids[j] = (int)(((uint64_t)next() * count) >> 32);
            kernel(w);
            __asm__ volatile("" : : "r"(w) : "memory");
        }
        double took = now() - start;
        if (round < 0) {
            lists = (long)(lists * 2e8 / took) + 1; /* a fifth of a second a round */
        } else {
            times[round] = took / lists / LIST;
        }
    }
    qsort(times, ROUNDS, sizeof(double), ascending);
    printf("%s %.3f\n", name, times[ROUNDS / 2]);
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: kernels DIMENSION MEGABYTES\n");
        return 2;
    }
    int d = atoi(argv[1]);
    if (d < 64 || d % 64 != 0) {
        fprintf(stderr, "dimension: %s (expected: a multiple of 64)\n", argv[1]);
        return 2;
    }
    size_t row = (size_t)d * 4, size = ((size_t)atol(argv[2]) << 20) / row * row;
    int in_cache = size < LIST * row;
    if (in_cache) size = LIST * row;
    uint8_t *rows = aligned_alloc(64, (size + 63) / 64 * 64);
    float *query = aligned_alloc(64, row);
    int8_t *bytes = aligned_alloc(64, (size_t)d);
    if (!rows || !query || !bytes) {
        fprintf(stderr, "no memory for %zu bytes\n", size);
        return 1;
    }
    for (size_t at = 0; at < size; at += 4) {
        uint32_t bits = 0x3f003c00u | (next() & 0x007f03ffu);
        memcpy(rows + at, &bits, 4);
    }
    for (int i = 0; i < d; i++) {
        query[i] = next() / 4294967296.0f;
        bytes[i] = (int8_t)next();
    }
    work w = {query, bytes, rows, d, 0, {0}, {0}, {0}};
    measure("euclideanSingle", &w, euclidean_single, row, size, in_cache);
    measure("euclidean", &w, euclidean, row, size, in_cache);
    measure("dot", &w, dot, row, size, in_cache);
    measure("manhattan", &w, manhattan, row, size, in_cache);
    measure("halfDot", &w, half_dot, row / 2, size, in_cache);
    measure("halfEuclidean", &w, half_euclidean, row / 2, size, in_cache);
    measure("halfManhattan", &w, half_manhattan, row / 2, size, in_cache);
    measure("byteDot", &w, byte_dot, (size_t)d, size, in_cache);
    measure("byteEuclidean", &w, byte_euclidean, (size_t)d, size, in_cache);
    measure("hamming", &w, hamming, (size_t)d / 8, size, in_cache);
    return 0;
}
