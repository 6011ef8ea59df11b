#!/usr/bin/env python3
"""Makes sets of vectors with exact truth, of any size, the same for the same seed.

  siftlike     128-d, squared euclidean, clustered, whole numbers 0..218 as local image features are
  emb384       384-d, unit length (cosine), clustered in 32 latent dimensions, as embeddings are
  fashionlike  784-d, squared euclidean, ten classes of smooth 28 x 28 images, 0..255
  minilm       384-d, unit length (cosine), real: the documentation comments of a JDK's sources, embedded by
               engram's built-in model; up to some 120,000, some minutes the first time

Writes PREFIX.base.fbin, PREFIX.queries.fbin, PREFIX.truth.ivecs and PREFIX.json. Rows are made block
by block, so memory stays small however large the set is.
"""

import argparse
import json
import pathlib
import subprocess

import numpy as np

import jvm
from vectorfiles import create_fbin, map_fbin, write_vecs

BLOCK = 8192
QUERY_STREAM = 1 << 40
FOREIGN_STREAM = 1 << 41


class SiftLike:
    dimension, metric = 128, "l2"
    latent, clusters = 24, 200

    def __init__(self, seed, foreign):
        rng = np.random.default_rng([seed, 1])
        self.axes = rng.normal(size=(self.latent, self.dimension)).astype(np.float32)
        centres = np.random.default_rng([seed, FOREIGN_STREAM]) if foreign else rng
        self.centres = centres.normal(size=(self.clusters, self.latent)).astype(np.float32)
        self.widths = centres.uniform(0.4, 0.9, size=self.clusters).astype(np.float32)

    def rows(self, rng, count):
        cluster = rng.integers(self.clusters, size=count)
        spread = rng.normal(size=(count, self.latent)).astype(np.float32)
        latent = self.centres[cluster] + self.widths[cluster, None] * spread
        noise = rng.normal(size=(count, self.dimension)).astype(np.float32)
        return np.clip(np.rint(35 + 8 * (latent @ self.axes) + 5 * noise), 0, 218)


class Emb384:
    dimension, metric = 384, "cosine"
    latent, clusters = 32, 100

    def __init__(self, seed, foreign):
        rng = np.random.default_rng([seed, 2])
        self.axes = rng.normal(size=(self.latent, self.dimension)).astype(np.float32)
        centres = np.random.default_rng([seed, FOREIGN_STREAM]) if foreign else rng
        self.centres = centres.normal(size=(self.clusters, self.latent)).astype(np.float32)

    def rows(self, rng, count):
        cluster = rng.integers(self.clusters, size=count)
        spread = rng.normal(size=(count, self.latent)).astype(np.float32)
        rows = (self.centres[cluster] + np.float32(0.5) * spread) @ self.axes
        rows += np.float32(0.3) * rng.normal(size=rows.shape).astype(np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


class FashionLike:
    dimension, metric = 784, "l2"
    latent, clusters = 14, 10

    def __init__(self, seed, foreign):
        rng = np.random.default_rng([seed, 3])
        self.axes = self.smooth(rng, self.latent)
        if foreign:
            rng = np.random.default_rng([seed, FOREIGN_STREAM])
        self.means = 90 + 70 * self.smooth(rng, self.clusters)
        self.scales = rng.uniform(8, 30, size=(self.clusters, self.latent)).astype(np.float32)

    @staticmethod
    def smooth(rng, count):
        """Images of low spatial frequency, of standard deviation 1."""
        waves = np.cos(np.pi * np.outer(np.arange(28) + 0.5, np.arange(7)) / 28)
        images = np.einsum("xi,nij,yj->nxy", waves, rng.normal(size=(count, 7, 7)), waves)
        images = images.reshape(count, 784)
        return (images / images.std(axis=1, keepdims=True)).astype(np.float32)

    def rows(self, rng, count):
        cluster = rng.integers(self.clusters, size=count)
        weights = self.scales[cluster] * rng.normal(size=(count, self.latent)).astype(np.float32)
        noise = rng.normal(size=(count, self.dimension)).astype(np.float32)
        rows = self.means[cluster] + weights @ self.axes + 6 * noise
        return np.clip(rows, 0, 255)


class MiniLm:
    dimension, metric = 384, "cosine"


GENERATED = {"siftlike": SiftLike, "emb384": Emb384, "fashionlike": FashionLike}
KINDS = GENERATED | {"minilm": MiniLm}


def fill(rows, kind, seed, stream):
    for start in range(0, len(rows), BLOCK):
        rng = np.random.default_rng([seed, stream + start // BLOCK])
        end = min(start + BLOCK, len(rows))
        rows[start:end] = kind.rows(rng, BLOCK)[: end - start]


def exact(base, queries, k, block=65536):
    """The k nearest by squared euclidean distance, which for unit vectors is also the cosine's order.

    Sums of float32 shortlist, sums of float64 decide.
    """
    short = min(k + 50, len(base))
    best = np.empty((len(queries), 0), dtype=np.int64)
    scores = np.empty((len(queries), 0), dtype=np.float32)
    for start in range(0, len(base), block):
        part = np.asarray(base[start : start + block])
        near = np.einsum("ij,ij->i", part, part)[None, :] - 2 * (queries @ part.T)
        keep = min(short, len(part))
        ids = np.argpartition(near, keep - 1, axis=1)[:, :keep]
        scores = np.hstack([scores, np.take_along_axis(near, ids, axis=1)])
        best = np.hstack([best, ids + start])
        if best.shape[1] > short:
            ids = np.argpartition(scores, short - 1, axis=1)[:, :short]
            scores = np.take_along_axis(scores, ids, axis=1)
            best = np.take_along_axis(best, ids, axis=1)
    truth = np.empty((len(queries), k), dtype=np.int32)
    for i, query in enumerate(queries.astype(np.float64)):
        ids = np.sort(best[i])
        difference = base[ids].astype(np.float64) - query
        order = np.argsort(np.einsum("ij,ij->i", difference, difference), kind="stable")
        truth[i] = ids[order[:k]]
    return truth


def generated(kind_name, count, seed, file, stream, foreign):
    kind = KINDS[kind_name](seed, foreign)
    rows = create_fbin(file, count, kind.dimension)
    fill(rows, kind, seed, stream)
    rows.flush()
    return rows


def embedded(count, query_count, seed, folder, files, foreign):
    """Where the base is there already, of a set that differs in its queries alone, it is kept."""
    base, queries = (folder / files[part] for part in ("base", "queries"))
    sources = jvm.home() / "lib/src.zip"
    words = [sources, count, seed, base, query_count, queries, "code" if foreign else "comments"]
    subprocess.run(jvm.command("dev.engram.bench.EmbeddedCorpus", *words), check=True)
    return map_fbin(base), map_fbin(queries)


def make(kind_name, count, query_count, seed, k, folder, foreign=False, fvecs=False):
    """Writes a set, unless it is there; returns what PREFIX.json says."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    prefix = f"{kind_name}-{count}-{query_count}-{seed}"
    base_file = f"{prefix}.base.fbin"
    prefix += "-foreign" if foreign else ""
    about_file = folder / f"{prefix}.json"
    files = {
        "base": base_file,
        "queries": f"{prefix}.queries.fbin",
        "truth": f"{prefix}.truth.ivecs",
    }
    about = {"set": kind_name, "count": count, "queries": query_count, "seed": seed, "k": k}
    about |= {"metric": KINDS[kind_name].metric, "dimension": KINDS[kind_name].dimension}
    about |= {"foreign": foreign, "files": files}
    if about_file.exists() and json.loads(about_file.read_text()) == about:
        return about
    if kind_name in GENERATED:
        base = generated(kind_name, count, seed, folder / files["base"], 0, False)
        queries = generated(kind_name, query_count, seed, folder / files["queries"], QUERY_STREAM, foreign)
    else:
        base, queries = embedded(count, query_count, seed, folder, files, foreign)
    write_vecs(folder / files["truth"], exact(base, np.asarray(queries), k), "<i4")
    if fvecs:
        write_vecs(folder / f"{prefix}.base.fvecs", base, "<f4")
        write_vecs(folder / f"{prefix}.queries.fvecs", queries, "<f4")
    about_file.write_text(json.dumps(about))
    return about


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("kind", choices=sorted(KINDS))
    parser.add_argument("count", type=int)
    parser.add_argument("--queries", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("-k", type=int, default=100, help="neighbours in the truth")
    parser.add_argument("--out", default="data")
    parser.add_argument(
        "--foreign",
        action="store_true",
        help="queries from clusters that the base does not have; of minilm, code instead of sentences",
    )
    parser.add_argument("--fvecs", action="store_true", help="also as .fvecs")
    a = parser.parse_args()
    if a.count < a.k:
        parser.error(f"count: {a.count} (expected: at least k, {a.k})")
    about = make(a.kind, a.count, a.queries, a.seed, a.k, a.out, a.foreign, a.fvecs)
    print(json.dumps(about))


if __name__ == "__main__":
    main()
