#!/usr/bin/env python3
"""Measures engram's kernels, the same in C with AVX-512, and FAISS's single kernel in turns, and writes the ratios.

In every round each of them measures one distance to lists of 32 rows, at every dimension, in cache and at random
places of a gigabyte. A ratio is engram's time by the other's in one round; the table shows the median of the rounds.

  kernels --rounds 3 --dimension 384,768 --megabytes 0,1024
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BENCH = ROOT / "engram-bench" / "target"
FAISS_IDS = 4096


def numbers(text):
    return [int(word) for word in text.split(",")]


def in_c(program, dimension, megabytes):
    """Times of the C kernels by name."""
    out = subprocess.run([program, str(dimension), str(megabytes)], check=True, capture_output=True, text=True).stdout
    return {name: float(time_ns) for name, time_ns in (line.split() for line in out.splitlines())}


def in_java(java, dimension, megabytes, only):
    """Times of engram's kernels by name, as JMH tells them."""
    classpath = f"{BENCH / 'classes'}:{(BENCH / 'classpath').read_text().strip()}"
    with tempfile.TemporaryDirectory() as folder:
        result = pathlib.Path(folder) / "jmh.json"
        command = [java, "--add-modules", "jdk.incubator.vector", "-Xmx4g", "-cp", classpath, "org.openjdk.jmh.Main"]
        command += [f"KernelBenchmark.({'|'.join(only)})$", "-p", "instructions=SIMD", "-p", f"dimension={dimension}"]
        command += ["-p", f"megabytes={megabytes}", "-rf", "json", "-rff", str(result)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        runs = json.loads(result.read_text())
    return {run["benchmark"].rsplit(".", 1)[1]: run["primaryMetric"]["score"] for run in runs}


def in_faiss(dimension, megabytes):
    """The time of FAISS's squared distance of one pair, called for many ids at once."""
    import faiss
    import numpy as np

    random = np.random.default_rng(42)
    count = max(32, (megabytes << 20) // (4 * dimension))
    rows = random.random((count, dimension), dtype=np.float32)
    query = random.random(dimension, dtype=np.float32)
    ids = random.integers(0, count, FAISS_IDS)
    out = np.empty(FAISS_IDS, dtype=np.float32)
    pointers = [faiss.swig_ptr(array) for array in (out, query, rows, ids)]
    times = []
    for _ in range(200):
        start = time.thread_time_ns()
        faiss.fvec_L2sqr_by_idx(*pointers, dimension, 1, FAISS_IDS)
        times.append((time.thread_time_ns() - start) / FAISS_IDS)
    return statistics.median(times)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--dimension", type=numbers, default=[128, 384, 768, 1536])
    parser.add_argument("--megabytes", type=numbers, default=[0, 1024], help="0: in cache")
    parser.add_argument(
        "--kernels", default="dot,euclidean,manhattan,halfDot,halfEuclidean,halfManhattan,byteDot,byteEuclidean,hamming"
    )
    parser.add_argument("--core", type=int, help="pin everything to this core")
    parser.add_argument("--java", default=str(pathlib.Path(os.environ.get("JAVA_HOME", "")) / "bin" / "java"))
    wishes = parser.parse_args()
    if not (BENCH / "classpath").is_file():
        raise SystemExit(f"{BENCH / 'classpath'} is not there (expected: make bench-kernels builds it)")
    if wishes.core is not None:
        os.sched_setaffinity(0, {wishes.core})
    only = wishes.kernels.split(",")
    with tempfile.TemporaryDirectory() as folder:
        program = str(pathlib.Path(folder) / "kernels")
        gcc = ["gcc", "-O3", "-march=native", "-Wall", "-o", program, str(HERE / "kernels.c")]
        subprocess.run(gcc, check=True)
        print("| kernel | dimension | rows in | engram ns | by C of the same form | by C single | by FAISS single |")
        print("|---|---|---|---|---|---|---|", flush=True)
        for megabytes in wishes.megabytes:
            for dimension in wishes.dimension:
                report(wishes, only, program, dimension, megabytes)


def report(wishes, only, program, dimension, megabytes):
    rounds = []
    for _ in range(wishes.rounds):
        c = in_c(program, dimension, megabytes)
        java = in_java(wishes.java, dimension, megabytes, only)
        rounds.append((java, c, in_faiss(dimension, megabytes) if "euclidean" in only else 0))
    place = "cache" if megabytes == 0 else f"{megabytes} MB"
    for name in only:
        own = statistics.median(java[name] for java, _, _ in rounds)
        same = statistics.median(java[name] / c[name] for java, c, _ in rounds)
        single = faiss = ""
        if name == "euclidean":
            single = f"{statistics.median(java[name] / c['euclideanSingle'] for java, c, _ in rounds):.2f}"
            faiss = f"{statistics.median(java[name] / f for java, _, f in rounds):.2f}"
        print(f"| {name} | {dimension} | {place} | {own:.1f} | {same:.2f} | {single} | {faiss} |", flush=True)


if __name__ == "__main__":
    main()
