"""python -m unittest, in this folder and its environment."""

import pathlib
import tempfile
import unittest

import numpy as np

import generate
import run
from vectorfiles import Judge, map_fbin, read_ivecs


def points(*pairs):
    return [{"recall": r, "qps": q} for r, q in pairs]


class RateTest(unittest.TestCase):
    def test_interpolates_between_beams(self):
        rate, sign = run.rate_at(points((0.9, 1000), (0.99, 250)), 0.968377223)
        self.assertEqual(sign, "")
        self.assertAlmostEqual(rate, 500, delta=1)

    def test_is_exact_at_a_beam(self):
        self.assertAlmostEqual(run.rate_at(points((0.9, 1000), (0.95, 600)), 0.95)[0], 600)

    def test_says_where_it_only_knows_a_bound(self):
        self.assertEqual(run.rate_at(points((0.97, 800), (0.99, 300)), 0.95), (800, ">"))

    def test_says_where_a_recall_is_not_reached(self):
        self.assertIsNone(run.rate_at(points((0.8, 800), (0.9, 300)), 0.95))

    def test_leaves_out_points_that_others_beat(self):
        curve = points((0.9, 1000), (0.91, 1100), (0.99, 250))
        self.assertLess(run.rate_at(curve, 0.95)[0], 1100)
        self.assertEqual(run.rate_at(curve, 0.905), (1100, ">"))

    def test_takes_the_median_of_rounds(self):
        rounds = [
            {"a": points((0.9, 100 * x), (0.99, 50 * x)), "b": points((0.9, 100), (0.99, 50))}
            for x in (1, 2, 9)
        ]
        self.assertEqual(run.ratio(rounds, "a", "b", 0.95), "2.00")
        self.assertEqual(run.spread(rounds, "a", "b", 0.95), "9.00")

    def test_marks_bounds(self):
        narrow, wide = points((0.9, 100), (0.99, 50)), points((0.96, 80), (0.99, 50))
        self.assertTrue(run.ratio([{"a": narrow, "b": wide}], "a", "b", 0.95).startswith("<= "))
        self.assertTrue(run.ratio([{"a": wide, "b": narrow}], "a", "b", 0.95).startswith(">= "))
        self.assertEqual(run.ratio([{"a": narrow, "b": narrow}], "a", "b", 0.999), "not reached")


class SetTest(unittest.TestCase):
    def test_makes_the_same_set_again(self):
        for kind in generate.GENERATED:
            with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
                for folder in (one, two):
                    about = generate.make(kind, 700, 20, 7, 10, folder)
                for name in about["files"].values():
                    first = (pathlib.Path(one) / name).read_bytes()
                    self.assertEqual(first, (pathlib.Path(two) / name).read_bytes(), name)

    def test_knows_the_truth(self):
        for kind in generate.GENERATED:
            with tempfile.TemporaryDirectory() as folder:
                files = generate.make(kind, 700, 20, 7, 10, folder)["files"]
                base = map_fbin(pathlib.Path(folder) / files["base"]).astype(np.float64)
                queries = map_fbin(pathlib.Path(folder) / files["queries"]).astype(np.float64)
                truth = read_ivecs(pathlib.Path(folder) / files["truth"])
                squares = ((base[None] - queries[:, None]) ** 2).sum(axis=2)
                judge = Judge(base, queries, truth, 10, "l2")
                found = np.argsort(squares, axis=1)[:, :10]
                self.assertEqual(judge.recall(found), 1.0)
                found[:, 3] = -1
                self.assertEqual(judge.recall(found), 0.9)
                found[:, 3] = 0
                self.assertLess(judge.recall(found), 0.95)

    def test_counts_any_of_equal_vectors(self):
        base = np.array([[0, 1], [1, 0], [5, 5]], dtype=np.float32)
        for metric in ("l2", "ip"):
            query = np.array([[0.5, 0.5]], dtype=np.float32) * (1 if metric == "l2" else -1)
            judge = Judge(base, query, np.array([[0]]), 1, metric)
            self.assertEqual([judge.recall(np.array([[i]])) for i in range(3)], [1, 1, 0], metric)

    def test_does_not_depend_on_the_block(self):
        rng = np.random.default_rng(1)
        base = rng.normal(size=(500, 8)).astype(np.float32)
        queries = rng.normal(size=(9, 8)).astype(np.float32)
        whole = generate.exact(base, queries, 10)
        np.testing.assert_array_equal(whole, generate.exact(base, queries, 10, block=33))

    def test_makes_foreign_queries(self):
        with tempfile.TemporaryDirectory() as folder:
            own = generate.make("emb384", 700, 50, 7, 10, folder)["files"]
            other = generate.make("emb384", 700, 50, 7, 10, folder, foreign=True)["files"]
            base = map_fbin(pathlib.Path(folder) / own["base"])
            nearest = [
                (map_fbin(pathlib.Path(folder) / files["queries"]) @ base.T).max(axis=1).mean()
                for files in (own, other)
            ]
            self.assertGreater(nearest[0], nearest[1])


if __name__ == "__main__":
    unittest.main()
