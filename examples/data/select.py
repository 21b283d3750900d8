"""Select the shipped MNIST subset from the four original IDX files.

usage: python3 select.py DIRECTORY-WITH-THE-FOUR-IDX-FILES

Keeps the first 600 training and the first 100 test digits of each class, in the order of the
original files, and writes four gzip files next to this script. The output is reproducible: the
gzip headers carry no name and no time.
"""

import gzip
import pathlib
import struct
import sys

ROWS = COLUMNS = 28
SETS = {"train": 600, "t10k": 100}


def select(labels, per_class):
    seen = [0] * 10
    for index, label in enumerate(labels):
        if seen[label] < per_class:
            seen[label] += 1
            yield index


def write(path, content):
    with open(path, "wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as file:
        file.write(content)


def main(source, target):
    for name, per_class in SETS.items():
        images = (source / f"{name}-images-idx3-ubyte").read_bytes()[16:]
        labels = (source / f"{name}-labels-idx1-ubyte").read_bytes()[8:]
        chosen = list(select(labels, per_class))
        size = ROWS * COLUMNS
        pixels = b"".join(images[i * size : (i + 1) * size] for i in chosen)
        write(
            target / f"{name}-images-idx3-ubyte.gz",
            struct.pack(">4I", 0x803, len(chosen), ROWS, COLUMNS) + pixels,
        )
        write(
            target / f"{name}-labels-idx1-ubyte.gz",
            struct.pack(">2I", 0x801, len(chosen)) + bytes(labels[i] for i in chosen),
        )


main(pathlib.Path(sys.argv[1]), pathlib.Path(__file__).resolve().parent)
