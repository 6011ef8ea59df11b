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


def recall(found, truth, k):
    """Share of the k true neighbours that are among the first k answers."""
    hits = sum(len(set(f[:k]) & set(t[:k])) for f, t in zip(found.tolist(), truth.tolist()))
    return hits / (k * len(truth))
