#!/usr/bin/env python3
"""Measures engram and its peers in turns, on the same files and the same core, and writes the ratios.

For each set, every engine builds its index; then, round by round, each answers the same queries with
the same beams, the order of the engines turning with every round. A ratio is formed within a round,
between neighbours in time, and the median of the rounds is what the table shows: above 1 engram is
faster. Searches a second at a recall are interpolated between beams.

  run.py --set siftlike:200000 --set emb384:100000
  run.py --set siftlike:1000000 --variant fast="--codes blocks" --peers hnswlib,faiss-hnsw
  run.py --set emb384:100000 --variant ivf="--index ivf_pq" --peers faiss-ivfpq-equal,faiss-ivfpq

Figures of single engines stay in the file that --keep names; the table has only ratios.
"""

import argparse
import contextlib
import json
import math
import os
import pathlib
import shlex
import shutil
import statistics
import subprocess
import sys

import generate
import jvm

HERE = pathlib.Path(__file__).resolve().parent
PYTHON_PEERS = ["hnswlib", "faiss-hnsw", "faiss-hnswsq", "faiss-ivfpq", "faiss-ivfpq-deep", "usearch"]
PYTHON_PEERS += ["faiss-ivfpq-equal"]
JVM_PEERS = ["lucene", "jvector", "hnswlib-core"]
RECALLS = (0.95, 0.99)
NPROBE = "1,2,4,8,16,32,64,128,256"


def pinned(command, core):
    if core is None or shutil.which("taskset") is None:
        return command
    return ["taskset", "-c", str(core), *command]


class Worker:
    """A peer in a process of its own, which waits between its rounds."""

    def __init__(self, command, core, log):
        self.process = subprocess.Popen(
            pinned(command, core), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True
        )
        ready = self.answer()
        self.build_cpu = ready["build"]["cpu_seconds"]
        self.bytes = self.resident = ready["bytes"]

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.process.args} ended with {self.process.wait()}")
        return json.loads(line)

    def round(self):
        self.process.stdin.write("round\n")
        self.process.stdin.flush()
        return self.answer()["search"]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Engram:
    """The command as users run it; its index is kept in a folder between rounds."""

    def __init__(self, options, set_options, beams, k, folder, core, log):
        shutil.rmtree(folder, ignore_errors=True)
        self.folder, self.core, self.log = folder, core, log
        self.command = [str(jvm.ROOT / "bin/engram"), "bench", "ann", *set_options, *shlex.split(options)]
        self.command += ["--beam", beams, "-k", str(k), "--save", str(folder), "--format", "json"]
        # This run builds; its searches are not counted.
        first = self.run("10")
        self.build_cpu = first["build"]["cpu_seconds"]
        self.bytes = first["bytes"]["total"]
        # Where codes choose, of the vectors only those of the rerank are read.
        codes = first["bytes"]["codes"]
        self.resident = first["bytes"]["graph"] + codes if codes else self.bytes
        self.load_ms = []

    def run(self, beams=None):
        command = self.command
        if beams:
            command = [beams if before == "--beam" else word for before, word in zip([""] + command, command)]
        done = subprocess.run(
            pinned(command, self.core), stdout=subprocess.PIPE, stderr=self.log, text=True, check=True
        )
        return json.loads(done.stdout)

    def round(self):
        report = self.run()
        self.load_ms.append(report["load_ms"])
        return report["search"]

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)


def rate_at(search, target):
    """Searches a second at a recall: (rate, sign), the sign "" or, beyond the beams, ">"; or None."""
    points = sorted((s["recall"], s["qps"]) for s in search)
    # Only points that no other beats in both: a wider beam that found less says nothing.
    best = [p for p in points if not any(q[0] >= p[0] and q[1] > p[1] for q in points)]
    if best[-1][0] < target:
        return None
    if best[0][0] >= target:
        return best[0][1], ">"
    for (r0, q0), (r1, q1) in zip(best, best[1:]):
        if r0 < target <= r1:
            # Straight in log(1 - recall) against log(rate), where the curves are nearly lines.
            x0, x1, x = (math.log(max(1e-6, 1 - r)) for r in (r0, r1, target))
            share = (x0 - x) / (x0 - x1)
            return math.exp(math.log(q0) + share * (math.log(q1) - math.log(q0))), ""
    return None


def merged(rounds, name):
    """One search for all rounds: at every beam the median of the rates."""
    return [
        {"recall": same[0]["recall"], "qps": statistics.median(one["qps"] for one in same)}
        for same in zip(*(one[name] for one in rounds))
    ]


def ratio(rounds, ours, theirs, target):
    """Our rate by theirs, as text."""
    mine, other = (rate_at(merged(rounds, name), target) for name in (ours, theirs))
    if mine is None:
        return "not reached"
    if other is None:
        return "peer not reached"
    # A rate beyond the narrowest beam is a lower bound, so the ratio is a bound too.
    sign = {("", ""): "", (">", ""): ">= ", ("", ">"): "<= ", (">", ">"): "~ "}[mine[1], other[1]]
    return f"{sign}{mine[0] / other[0]:.2f}"


def spread(rounds, ours, theirs, target):
    """How far the rounds were apart: the greatest ratio by the least."""
    pairs = [(rate_at(one[ours], target), rate_at(one[theirs], target)) for one in rounds]
    ratios = [mine[0] / other[0] for mine, other in pairs if mine and other]
    return f"{max(ratios) / min(ratios):.2f}" if ratios else "-"


def peer_command(name, files, about, a):
    beams = NPROBE if name.startswith("faiss-ivfpq") else a.beam
    options = ["--base", files["base"], "--queries", files["queries"], "--truth", files["truth"]]
    options += ["--metric", about["metric"], "--beam", beams, "-k", str(a.k)]
    if name in PYTHON_PEERS:
        return [sys.executable, str(HERE / "peers.py"), name, *options]
    return jvm.command("dev.engram.bench.PeersBenchmark", name, *options, heap=a.heap)


def measure(kind, count, a, log):
    data = pathlib.Path(a.data)
    about = generate.make(kind, count, a.queries, a.seed, 100, data, a.foreign)
    files = {part: str(data / name) for part, name in about["files"].items()}
    set_options = ["--metric", about["metric"], "--build-threads", "1", "--threads", "1"]
    for part in ("base", "queries", "truth"):
        set_options += [f"--{part}", files[part]]
    engines, rounds = {}, []
    with contextlib.ExitStack() as open_engines:
        for name, options in a.variants.items():
            tell(f"{kind} {count}: engram {name} builds")
            folder = data / f"kept-{kind}-{count}-{name}"
            engines[name] = Engram(options, set_options, a.beam, a.k, folder, a.core, log)
            open_engines.callback(engines[name].close)
        for name in a.peers:
            tell(f"{kind} {count}: {name} builds")
            engines[name] = Worker(peer_command(name, files, about, a), a.core, log)
            open_engines.callback(engines[name].close)
        names = list(engines)
        for number in range(a.rounds):
            tell(f"{kind} {count}: round {number + 1} of {a.rounds}")
            turn = number % len(names)
            order = names[turn:] + names[:turn]
            rounds.append({name: engines[name].round() for name in order})
    figures = {
        name: {
            "build_cpu": e.build_cpu,
            "bytes": e.bytes,
            "resident": e.resident,
            "load_ms": getattr(e, "load_ms", None),
        }
        for name, e in engines.items()
    }
    return {"set": kind, "count": count, "foreign": a.foreign, "figures": figures, "rounds": rounds}


def table(results, variants, peers):
    lines = [
        "| set | engram | peer | QPS at 0.95 | QPS at 0.99 | rounds apart | build CPU | bytes | resident |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for result in results:
        label = f"{result['set']} {result['count']:,}" + (", foreign queries" if result["foreign"] else "")
        for ours in variants:
            for theirs in peers:
                mine, other = result["figures"][ours], result["figures"][theirs]
                cells = [label, ours, theirs]
                cells += [ratio(result["rounds"], ours, theirs, target) for target in RECALLS]
                cells.append(spread(result["rounds"], ours, theirs, RECALLS[0]))
                cells.append(f"{mine['build_cpu'] / other['build_cpu']:.2f}")
                cells.append(f"{mine['bytes'] / other['bytes']:.2f}")
                cells.append(f"{mine['resident'] / other['resident']:.2f}")
                lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def tell(text):
    print(text, file=sys.stderr, flush=True)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--set", action="append", required=True, metavar="KIND:COUNT")
    parser.add_argument(
        "--variant", action="append", default=[], metavar="NAME=OPTIONS", help="of engram bench ann"
    )
    parser.add_argument("--peers", default=",".join(PYTHON_PEERS[:4] + JVM_PEERS[:1]), help="or 'all'")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--beam", default="10,12,16,20,24,32,48,64,96,128,192")
    parser.add_argument("-k", type=int, default=10)
    parser.add_argument("--queries", type=int, default=2000)
    parser.add_argument("--foreign", action="store_true", help="queries from another distribution")
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--core", type=int, default=max(0, (os.cpu_count() or 1) - 1), help="-1: any")
    parser.add_argument("--heap", default="6g", help="of each JVM peer")
    parser.add_argument("--data", default=str(HERE / "data"), help="where sets are made and kept")
    parser.add_argument("--table", default="-", help="file for the table")
    parser.add_argument("--keep", help="file for all figures, as JSON")
    a = parser.parse_args()
    a.core = None if a.core < 0 else a.core
    a.peers = PYTHON_PEERS + JVM_PEERS if a.peers == "all" else a.peers.split(",")
    for name in a.peers:
        if name not in PYTHON_PEERS + JVM_PEERS:
            parser.error(f"peers: {name} (expected: {', '.join(PYTHON_PEERS + JVM_PEERS)})")
    a.variants = dict(variant.split("=", 1) for variant in a.variant or ["float="])
    a.sets = [one.split(":") for one in a.set]
    for one in a.sets:
        if len(one) != 2 or one[0] not in generate.KINDS or not one[1].isdigit():
            parser.error(f"set: {':'.join(one)} (expected: {'|'.join(generate.KINDS)}:COUNT)")
    return a


def main():
    a = arguments()
    results = []
    log_file = pathlib.Path(a.data) / "engines.log"
    log_file.parent.mkdir(parents=True, exist_ok=True)
    with open(log_file, "w", encoding="utf-8") as log:
        for kind, count in a.sets:
            results.append(measure(kind, int(count), a, log))
            if a.keep:
                pathlib.Path(a.keep).write_text(json.dumps(results))
    text = table(results, a.variants, a.peers)
    if a.table == "-":
        print(text, end="")
    else:
        pathlib.Path(a.table).write_text(text)


if __name__ == "__main__":
    main()
