"""Cleans and normalizes a table as `mkt` does, with pandas and scikit-learn, or with the expressions of polars.

    python cleaning.py pandas FILE TARGET
    python cleaning.py polars FILE TARGET

Numbers: median for gaps, an indicator of gaps, normal scores of the ranks. Categories: one-hot up to 16 levels of at least
10 rows, codes above. Dates: days, and sine and cosine of the parts of the year, month and week. One JSON line with seconds.
"""

import json
import sys
import time

import numpy as np


def with_pandas(path, target):
    import pandas as pd
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, OrdinalEncoder, QuantileTransformer

    begin = time.perf_counter()
    frame = pd.read_csv(path)
    read = time.perf_counter()
    frame = frame.dropna(subset=[target]).drop_duplicates()
    numbers, few, many, dates = [], [], [], []
    for name in frame.columns.drop(target):
        column = frame[name]
        if pd.api.types.is_numeric_dtype(column):
            numbers.append(name)
            continue
        column = column.str.strip()
        head = column.dropna().head(1000)
        if pd.to_datetime(head, errors="coerce", format="ISO8601").notna().all():
            frame[name] = pd.to_datetime(column, errors="coerce", format="ISO8601")
            dates.append(name)
        else:
            frame[name] = column
            (few if column.nunique() <= 16 else many).append(name)
    cleaned = time.perf_counter()

    def parts(table):
        columns = []
        for name in table.columns:
            column = table[name]
            columns.append(column.astype("int64") / 86400e9)
            for turn in (column.dt.dayofyear / 366, column.dt.day / 31, column.dt.dayofweek / 7):
                columns += [np.sin(2 * np.pi * turn), np.cos(2 * np.pi * turn)]
        return np.column_stack(columns)

    scale = QuantileTransformer(output_distribution="normal", subsample=None)
    steps = ColumnTransformer(
        [
            ("numbers", make_pipeline(SimpleImputer(strategy="median", add_indicator=True), scale), numbers),
            ("few", OneHotEncoder(min_frequency=10, handle_unknown="infrequent_if_exist", sparse_output=False), few),
            ("many", OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1), many),
            ("dates", FunctionTransformer(parts), dates),
        ]
    )
    values = steps.fit_transform(frame.drop(columns=target)).astype(np.float32)
    return values.shape, read - begin, cleaned - read, time.perf_counter() - cleaned


def with_polars(path, target):
    import polars as pl

    begin = time.perf_counter()
    frame = pl.read_csv(path, try_parse_dates=True)
    read = time.perf_counter()
    frame = frame.filter(pl.col(target).is_not_null()).unique(maintain_order=True)
    columns = []
    for name, dtype in frame.schema.items():
        column = pl.col(name)
        if name == target:
            continue
        if dtype.is_numeric():
            filled = column.fill_null(column.median())
            columns.append(((filled.rank() - 0.5) / pl.len()).cast(pl.Float32).alias(name))
            columns.append(column.is_null().cast(pl.Float32).alias(name + " gap"))
        elif dtype.is_temporal():
            columns.append((column.cast(pl.Datetime("us")).cast(pl.Int64) / 86400e6).cast(pl.Float32).alias(name))
            turns = [column.dt.ordinal_day() / 366, column.dt.day() / 31, column.dt.weekday() / 7]
            for i, turn in enumerate(turns):
                columns.append((2 * np.pi * turn).sin().cast(pl.Float32).alias(f"{name} s{i}"))
                columns.append((2 * np.pi * turn).cos().cast(pl.Float32).alias(f"{name} c{i}"))
        else:
            columns.append(column.str.strip_chars().cast(pl.Categorical).to_physical().alias(name))
    values = frame.select(columns)
    return values.shape, read - begin, 0.0, time.perf_counter() - read


def main():
    program, path, target = sys.argv[1:]
    shape, read, clean, normalize = {"pandas": with_pandas, "polars": with_polars}[program](path, target)
    seconds = {"read_s": read, "clean_s": clean, "normalize_s": normalize, "total_s": read + clean + normalize}
    print(json.dumps({"program": program, "rows": shape[0], "inputs": shape[1], **{k: round(v, 3) for k, v in seconds.items()}}))


if __name__ == "__main__":
    main()
