"""Vector files, and the rule by which answers are judged: shared by the scripts of this folder."""

import numpy as np


def map_fbin(path):
    """Rows of float32, mapped: u32 rows, u32 dimension, then the numbers."""
    count, dimension = np.fromfile(path, dtype="<u4", count=2)
    return np.memmap(path, dtype="<f4", mode="r", offset=8, shape=(int(count), int(dimension)))


def create_fbin(path, count, dimension):
    """An .fbin file to be filled row by row."""
    np.array([count, dimension], dtype="<u4").tofile(path)
    with open(path, "r+b") as file:
        file.truncate(8 + 4 * count * dimension)
    return np.memmap(path, dtype="<f4", mode="r+", offset=8, shape=(count, dimension))


def write_vecs(path, rows, dtype):
    """Writes .fvecs (float32) or .ivecs (int32): every row after its dimension."""
    rows = np.asarray(rows)
    out = np.empty((rows.shape[0], rows.shape[1] + 1), dtype="<i4")
    out[:, 0] = rows.shape[1]
    out[:, 1:] = rows.astype(dtype).view("<i4")
    out.tofile(path)


def read_ivecs(path):
    numbers = np.fromfile(path, dtype="<i4")
    return numbers.reshape(-1, numbers[0] + 1)[:, 1:]


class Judge:
    """Counts right answers: those not farther than the k-th true neighbour, as engram counts.

    Of several vectors at the same distance any may be answered.
    """

    def __init__(self, base, queries, truth, k, metric):
        self.base, self.queries, self.k, self.metric = base, queries, k, metric
        self.farthest = self.distances(truth[:, :k]).max(axis=1)

    def distances(self, ids):
        far = np.empty(ids.shape, dtype=np.float64)
        for i, (row, query) in enumerate(zip(ids, self.queries.astype(np.float64))):
            vectors = self.base[row].astype(np.float64)
            if self.metric == "l2":
                far[i] = np.square(vectors - query).sum(axis=1)
            else:
                far[i] = -(vectors * query).sum(axis=1)
        return far

    def recall(self, found):
        """Share of the k true neighbours; an id of -1 stands for no answer."""
        found = found[:, : self.k].astype(np.int64)
        right = (self.distances(np.maximum(found, 0)) <= self.farthest[:, None]) & (found >= 0)
        return float(right.sum()) / (self.k * len(found))
