"""Compares what `mkt evaluate --by` says of groups with Fairlearn, on the predictions of the same model.

    pip install fairlearn pandas
    python tests/fairness.py MKT FOLDER_OF_REAL_TABLES

Trains on the adult and COMPAS tables with sex and race as sensitive columns, predicts the rows of the test part, and
works out the same numbers from those predictions with Fairlearn (its MetricFrame and aggregates) and scikit-learn. Prints
the largest difference of each number, and ends with 1 if one is above 1e-9.
"""

import gzip
import json
import pathlib
import subprocess
import sys
import tempfile

import fairlearn.metrics as fm
import pandas as pd
from sklearn.metrics import accuracy_score, brier_score_loss, precision_score, roc_auc_score

COMPAS_UNUSED = """id compas_screening_date age_cat decile_score* days_* c_jail* c_offense_date c_arrest_date
    c_days_from_compas is_recid r_* is_violent_recid violent_recid vr_* type_of_assessment score_text screening_date v_*
    in_custody out_custody priors_count_2 start end event""".split()
TABLES = [
    ("adult.csv.gz", "income", ["sex", "race"], [], ">50K"),
    ("compas_two_years.csv", "two_year_recid", ["sex", "race"], COMPAS_UNUSED, "1"),
]
ROWS = {"selection_rate": fm.selection_rate, "tpr": fm.true_positive_rate, "fpr": fm.false_positive_rate}


def train(mkt, folder, data, target, sensitive, ignored, work, extra=()):
    """A run on rows that are not test rows by the project's rule; returns the test rows as text."""
    source = folder / data
    opened = gzip.open(source, "rt") if data.endswith(".gz") else open(source)
    lines = [line for line in opened.read().splitlines() if line.strip()]
    header, rows = lines[0], lines[1:]
    test = [i * 2654435761 % 2**32 < 0.2 * 2**32 for i in range(len(rows))]
    for name, wanted in (("train.csv", False), ("test.csv", True)):
        (work / name).write_text("\n".join([header] + [r for r, t in zip(rows, test) if t == wanted]) + "\n")
    args = [mkt, "train", "train.csv", "--target", target, "--out", "run", "--progress", "none"]
    args += ["--set", f"columns.sensitive={json.dumps(sensitive)}", "--set", f"columns.ignore={json.dumps(ignored)}"]
    args += ["--set", 'model.preset="fast"', "--set", "validate.folds=2", "--set", "validate.bootstrap=20", *extra]
    subprocess.run(args, cwd=work, check=True, capture_output=True, text=True)


def compare(mkt, work, target, sensitive, positive):
    """The largest difference of each number."""
    by = [arg for column in sensitive for arg in ("--by", column)]
    ran = subprocess.run(
        [mkt, "evaluate", "test.csv", "-m", "run", "--format", "json", "--min-rows", "2", *by],
        cwd=work, check=True, capture_output=True, text=True,
    )
    metrics = json.loads(ran.stdout)["metrics"]
    subprocess.run(
        [mkt, "predict", "test.csv", "-m", "run", "-o", "p.csv", "--columns", ",".join([*sensitive, target])],
        cwd=work, check=True, capture_output=True, text=True,
    )
    frame = pd.read_csv(work / "p.csv", dtype=str).apply(lambda column: column.str.strip())
    truth = (frame[target] == positive).astype(int)
    called = (frame["prediction"] == positive).astype(int)
    score = frame[f"p_{positive}"].astype(float)
    worst = {}

    def check(name, ours, theirs):
        both = ours is None and theirs != theirs
        worst[name] = max(worst.get(name, 0.0), 0.0 if both else abs(ours - theirs))

    for column, grouping in zip([*sensitive, None], metrics["fairness"]["groupings"]):
        groups = frame[column] if column else frame[sensitive].agg(" / ".join, axis=1)
        held = fm.MetricFrame(metrics=ROWS, y_true=truth, y_pred=called, sensitive_features=groups)
        for group in grouping["groups"]:
            own, value = groups == group["name"], lambda m: group["values"][m]["value"]
            assert own.sum() == group["rows"] and truth[own].sum() == group["positives"], group["name"]
            for name in ROWS:
                if value(name) is not None:
                    check(name, value(name), held.by_group.loc[group["name"], name])
            check("accuracy", value("accuracy"), accuracy_score(truth[own], called[own]))
            check("brier", value("brier"), brier_score_loss(truth[own], score[own], pos_label=1) if truth[own].nunique() > 1 else ((truth[own] - score[own]) ** 2).mean())
            check("mean_predicted", value("mean_predicted"), score[own].mean())
            if value("ppv") is not None:
                check("ppv", value("ppv"), precision_score(truth[own], called[own]))
            if value("auc") is not None:
                check("auc", value("auc"), roc_auc_score(truth[own], score[own]))
        # The aggregates over the groups that are judged: here those of at least two rows.
        large = groups.map(groups.value_counts()) >= 2
        args = dict(y_true=truth[large], y_pred=called[large], sensitive_features=groups[large])
        gaps = grouping["gaps"]
        check("demographic_parity_difference", gaps["selection_rate"]["difference"]["value"], fm.demographic_parity_difference(**args))
        check("demographic_parity_ratio", gaps["selection_rate"]["ratio"]["value"], fm.demographic_parity_ratio(**args))
        odds = grouping["equalized_odds"]
        if odds["difference"]["value"] is not None:
            check("equalized_odds_difference", odds["difference"]["value"], fm.equalized_odds_difference(**args))
        if odds["ratio"]["value"] is not None:
            check("equalized_odds_ratio", odds["ratio"]["value"], fm.equalized_odds_ratio(**args))
    return worst


def main():
    mkt, folder = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2])
    failed = False
    for data, target, sensitive, ignored, positive in TABLES:
        for mitigate in ("none", "thresholds", "reweigh"):
            with tempfile.TemporaryDirectory() as work:
                work = pathlib.Path(work)
                train(mkt, folder, data, target, sensitive, ignored, work, ["--set", f'fairness.mitigate="{mitigate}"'])
                worst = compare(mkt, work, target, sensitive, positive)
            print(f"{data}, mitigate = {mitigate}: " + ", ".join(f"{k} {v:.1e}" for k, v in worst.items()), flush=True)
            failed |= max(worst.values()) > 1e-9
    sys.exit(int(failed))


if __name__ == "__main__":
    main()
