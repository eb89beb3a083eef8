"""How often the intervals of mkt hold the truth, and how wide they are: python3 intervals.py MKT DATA

MKT is the program, DATA the folder of real tables. Row i (0-based, header not counted) judges iff
i * 2654435761 mod 2^32 < 0.2 * 2^32; a model of `preset = "fast"` learns from all others. One width for all predictions is
that of the same errors out of fold without a scale, cut off at 0 as well. Needs numpy and pandas with pyarrow.
"""
import math, pathlib, subprocess, sys, tempfile

import numpy as np
import pandas as pd

TABLES = {  # file, target, settings
    "bike sharing": ("bike_sharing_hour.csv", "cnt", ['columns.ignore=["casual","registered"]']),
    "California housing": ("california_housing.csv", "median_house_value", []),
    "diamonds": ("diamonds.csv", "price", []),
    "white wine, as a number": ("wine_quality_white.csv", "quality", ['target.task="regression"']),
}


def mkt(program, folder, *line):
    done = subprocess.run([program, *line, "-q", "--threads", "2"], cwd=folder, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)


def shown(share):
    return f"{100 * share:.1f} %"


def measure(program, data, file, target, settings):
    table = pd.read_csv(data / file, sep=None, engine="python", dtype=str, keep_default_na=False)
    test = np.array([i * 2654435761 % 2**32 < 858993460 for i in range(len(table))])
    truth = table[test][target].astype(float).to_numpy()
    with tempfile.TemporaryDirectory() as folder:
        table[~test].to_csv(f"{folder}/train.csv", index=False)
        table[test].to_csv(f"{folder}/test.csv", index=False)
        settings = [*settings, "model.preset=fast", 'collect.test="test.csv"', "validate.bootstrap=0"]
        mkt(program, folder, "train", "train.csv", "--target", target, "--out", "run",
            *[part for setting in settings for part in ("--set", setting)])
        cells = []
        for level in (0.8, 0.9, 0.95):
            mkt(program, folder, "predict", "test.csv", "-m", "run", "--intervals", str(level), "-o", f"{level}.csv")
            found = pd.read_csv(f"{folder}/{level}.csv")
            cells.append(shown(((found.low <= truth) & (truth <= found.high)).mean()))
        nine = pd.read_csv(f"{folder}/0.9.csv")
        folds = pd.read_parquet(f"{folder}/run/oof.parquet")
    errors = np.sort(np.abs(folds.prediction - folds.truth))
    half = errors[math.ceil(0.9 * (len(errors) + 1)) - 1]
    one = nine.assign(low=np.maximum(nine.prediction - half, 0), high=nine.prediction + half)
    tenth = pd.qcut(nine.prediction.rank(method="first"), 10, labels=False)
    least = [((rows.low <= truth) & (truth <= rows.high)).groupby(tenth).mean().min() for rows in (nine, one)]
    widths = [f"{float(f'{(rows.high - rows.low).mean():.4g}'):.10g}" for rows in (nine, one)]
    return [*cells, *widths, f"{shown(least[0])} ({shown(least[1])})"]


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    for name, table in TABLES.items():
        print("|", " | ".join([name, *measure(str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2]), *table)]), "|")
