#!/usr/bin/env python3
"""One engine from PyPI at work: builds its index, says so, then measures a round at every line read.

Speaks JSON, a line at a time. First {"name", "build": {"cpu_seconds"}, "bytes"}; after each line on
the standard input {"search": [{"beam", "recall", "qps", "p50_us", "p99_us"}]}. Ends with its input.

One thread. Times are processor time: of the thread for searches, of the process for builds. The
rate is that of one call for all queries, so that no peer pays for Python's loop; latencies are those
of single calls and include about a microsecond of Python. For faiss-ivfpq the rate too is that of
single calls, since a batch shares work between queries.
"""

import argparse
import json
import statistics
import sys
import time

import numpy as np

from vectorfiles import Judge, map_fbin, read_ivecs

M, EF_CONSTRUCTION = 16, 200
PASSES = 3  # Of which the median counts, as for engram.


class Faiss:
    batched = True

    def __init__(self):
        import faiss

        faiss.omp_set_num_threads(1)
        self.faiss = faiss
        self.parameters = None

    def metric(self, name):
        return self.faiss.METRIC_L2 if name == "l2" else self.faiss.METRIC_INNER_PRODUCT

    def search(self, queries, k):
        return self.index.search(queries, k, params=self.parameters)[1]

    def bytes(self):
        return len(self.faiss.serialize_index(self.index))


class FaissHnsw(Faiss):
    def build(self, base, metric):
        self.index = self.faiss.IndexHNSWFlat(base.shape[1], M, self.metric(metric))
        self.index.hnsw.efConstruction = EF_CONSTRUCTION
        self.index.add(base)

    def beam(self, beam):
        self.parameters = self.faiss.SearchParametersHNSW(efSearch=beam)


class FaissHnswSq8(FaissHnsw):
    def build(self, base, metric):
        self.index = self.faiss.IndexHNSWSQ(
            base.shape[1], self.faiss.ScalarQuantizer.QT_8bit, M, self.metric(metric)
        )
        self.index.hnsw.efConstruction = EF_CONSTRUCTION
        self.index.train(base)
        self.index.add(base)


class FaissIvfPq(Faiss):
    """Inverted lists of 4-bit product codes, scanned in registers; the best are scored exactly."""

    batched = False
    refine = 10

    def codes(self, dimension):
        return dimension // 4

    def build(self, base, metric):
        lists = 1 << max(4, round(np.log2(3 * np.sqrt(len(base)))))
        parts = self.codes(base.shape[1])
        self.index = self.faiss.index_factory(
            base.shape[1], f"IVF{lists},PQ{parts}x4fs,Refine(Flat)", self.metric(metric)
        )
        self.index.train(base)
        self.index.add(base)
        self.lists = lists

    def beam(self, beam):
        """The beam is the number of lists that are probed."""
        self.parameters = self.faiss.IndexRefineSearchParameters(
            k_factor=self.refine,
            base_index_params=self.faiss.SearchParametersIVF(nprobe=min(beam, self.lists)),
        )


class FaissIvfPqDeep(FaissIvfPq):
    refine = 40


class FaissIvfPqEqual(FaissIvfPq):
    """As many bytes of codes a vector as engram's ivf_pq takes: 64 at 384 dimensions."""

    def codes(self, dimension):
        most = dimension // (2 if dimension <= 200 else 3)
        return next(parts for parts in range(most, 0, -1) if dimension % parts == 0)


class Hnswlib:
    batched = True

    def build(self, base, metric):
        import hnswlib

        self.index = hnswlib.Index(space="l2" if metric == "l2" else "ip", dim=base.shape[1])
        self.index.init_index(max_elements=len(base), M=M, ef_construction=EF_CONSTRUCTION)
        self.index.set_num_threads(1)
        self.index.add_items(base, num_threads=1)

    def beam(self, beam):
        self.index.set_ef(beam)

    def search(self, queries, k):
        return self.index.knn_query(queries, k=k, num_threads=1)[0]

    def bytes(self):
        return self.index.index_file_size()


class Usearch:
    batched = True

    def build(self, base, metric):
        from usearch.index import Index

        self.index = Index(
            ndim=base.shape[1],
            metric="l2sq" if metric == "l2" else "ip",
            dtype="f32",
            connectivity=M,
            expansion_add=EF_CONSTRUCTION,
        )
        self.index.add(np.arange(len(base)), base, threads=1)

    def beam(self, beam):
        self.index.expansion_search = beam

    def search(self, queries, k):
        keys = self.index.search(queries, k, threads=1).keys
        return keys.reshape(len(queries), -1).astype(np.int64)

    def bytes(self):
        return self.index.serialized_length


ENGINES = {
    "faiss-hnsw": FaissHnsw,
    "faiss-hnswsq": FaissHnswSq8,
    "faiss-ivfpq": FaissIvfPq,
    "faiss-ivfpq-deep": FaissIvfPqDeep,
    "faiss-ivfpq-equal": FaissIvfPqEqual,
    "hnswlib": Hnswlib,
    "usearch": Usearch,
}


def measure(engine, queries, judge, k, beam):
    engine.beam(beam)
    found = engine.search(queries, k)  # Also the warm-up.
    whole = []
    for _ in range(PASSES if engine.batched else 0):
        start = time.thread_time_ns()
        engine.search(queries, k)
        whole.append(time.thread_time_ns() - start)
    nanos = np.empty(len(queries), dtype=np.int64)
    for i in range(len(queries)):
        query = queries[i : i + 1]
        start = time.thread_time_ns()
        engine.search(query, k)
        nanos[i] = time.thread_time_ns() - start
    total = statistics.median(whole) if engine.batched else nanos.sum()
    return {
        "beam": beam,
        "recall": judge.recall(found),
        "qps": len(queries) * 1e9 / total,
        "p50_us": float(np.percentile(nanos, 50)) / 1e3,
        "p99_us": float(np.percentile(nanos, 99)) / 1e3,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("engine", choices=sorted(ENGINES))
    parser.add_argument("--base", required=True)
    parser.add_argument("--queries", required=True)
    parser.add_argument("--truth", required=True)
    parser.add_argument("--metric", choices=["l2", "ip", "cosine"], default="l2")
    parser.add_argument("--beam", default="10,16,24,32,48,64,96,128")
    parser.add_argument("-k", type=int, default=10)
    a = parser.parse_args()
    base = np.array(map_fbin(a.base))
    queries = np.array(map_fbin(a.queries))
    if a.metric == "cosine":
        base /= np.linalg.norm(base, axis=1, keepdims=True)
        queries /= np.linalg.norm(queries, axis=1, keepdims=True)
    judge = Judge(base, queries, read_ivecs(a.truth), a.k, a.metric)
    engine = ENGINES[a.engine]()
    start = time.process_time()
    engine.build(base, a.metric)
    cpu_seconds = time.process_time() - start
    count = engine.bytes()
    say({"name": a.engine, "build": {"cpu_seconds": cpu_seconds}, "bytes": count})
    beams = [int(beam) for beam in a.beam.split(",")]
    for _ in sys.stdin:
        say({"search": [measure(engine, queries, judge, a.k, beam) for beam in beams]})


def say(what):
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    main()
