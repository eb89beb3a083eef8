"""Writes metrics.json, the values that src/metrics must reproduce: python metrics.py (numpy, scikit-learn).

Metrics come from scikit-learn where it has them. `null` is a metric that mkt calls undefined: scikit-learn
answers 0, 1, NaN or a warning there. Made with numpy 2.4.6 and scikit-learn 1.9.1.
"""

import json
import math
import warnings
from fractions import Fraction
from pathlib import Path

import numpy as np
from sklearn import metrics as sk
from sklearn.calibration import calibration_curve

warnings.simplefilter("ignore")
CLIP = 1e-15


def ece(y, p):
    """Gaps of scikit-learn's bins, weighted with their rows."""
    share, mean = calibration_curve(y, p, n_bins=10, strategy="uniform")
    bins = np.searchsorted(np.linspace(0, 1, 11)[1:-1], p)
    rows = np.unique(bins, return_counts=True)[1]
    return float(np.sum(rows * np.abs(share - mean)) / len(y))


def lift10(y, p):
    """Mean over all orders of equal scores, in exact fractions."""
    places = math.ceil(Fraction(len(y), 10))
    hits, left = Fraction(0), places
    for score in sorted(set(p), reverse=True):
        run = [int(t) for t, s in zip(y, p) if s == score]
        taken = min(left, len(run))
        hits += Fraction(sum(run) * taken, len(run))
        left -= taken
    return float(hits / places / Fraction(int(sum(y)), len(y)))


def binary(name, y, p):
    y, p = np.asarray(y), np.round(np.asarray(p, dtype=float), 4)
    call = (p >= 0.5).astype(int)
    both = len(set(y)) == 2
    clipped = np.clip(np.stack([1 - p, p], axis=1), CLIP, 1 - CLIP)
    fpr, tpr, _ = sk.roc_curve(y, p, drop_intermediate=False) if both else ([], [], None)
    precision, recall, _ = sk.precision_recall_curve(y, p) if both else ([], [], None)
    auc = sk.roc_auc_score(y, p) if both else None
    scores = {
        "auc": auc,
        "auprc": sk.average_precision_score(y, p) if both else None,
        "logloss": sk.log_loss(y, clipped, labels=[0, 1]),
        "brier": sk.brier_score_loss(y, p, pos_label=1) if both else float(np.mean((p - y) ** 2)),
        "ece": ece(y, p),
        "accuracy": sk.accuracy_score(y, call),
        "balanced_accuracy": sk.balanced_accuracy_score(y, call) if both else None,
        "f1": sk.f1_score(y, call) if y.any() or call.any() else None,
        "mcc": sk.matthews_corrcoef(y, call) if both else None,
        "ks": float(np.max(tpr - fpr)) if both else None,
        "gini": 2 * auc - 1 if both else None,
        "lift10": lift10(y, p) if y.any() else None,
    }
    roc = [list(point) for point in zip(fpr, tpr)]
    curve = [list(point) for point in zip(recall, precision)][::-1]
    confusion = sk.confusion_matrix(y, call, labels=[0, 1]).tolist()
    predictions = [v for q in p.tolist() for v in (1 - q, q)]
    case = {"name": name, "labels": 2, "truth": y.tolist(), "predictions": predictions, "scores": scores}
    return case | {"roc": roc, "precision_recall": curve, "confusion": confusion}


def multiclass(name, y, p):
    y, p = np.asarray(y), np.round(np.asarray(p, dtype=float), 3)
    k = p.shape[1]
    call = p.argmax(axis=1)
    scores = {
        "logloss": -float(np.mean(np.log(np.clip(p[np.arange(len(y)), y], CLIP, 1 - CLIP)))),
        "accuracy": sk.accuracy_score(y, call),
        "balanced_accuracy": sk.balanced_accuracy_score(y, call) if len(set(y)) > 1 else None,
        "macro_f1": sk.f1_score(y, call, average="macro"),
        # Of equal scores scikit-learn takes the last class, mkt the first: turned round, they agree.
        "top3": sk.top_k_accuracy_score(k - 1 - y, p[:, ::-1], k=3, labels=range(k)) if k > 3 else 1.0,
    }
    confusion = sk.confusion_matrix(y, call, labels=range(k)).tolist()
    case = {"name": name, "labels": k, "truth": y.tolist(), "predictions": p.ravel().tolist(), "scores": scores}
    return case | {"confusion": confusion}


def regression(name, y, p):
    y, p = np.round(np.asarray(y, dtype=float), 4), np.round(np.asarray(p, dtype=float), 4)
    scores = {
        "rmse": sk.root_mean_squared_error(y, p),
        "mae": sk.mean_absolute_error(y, p),
        "mape": sk.mean_absolute_percentage_error(y, p) if y.all() else None,
        "r2": sk.r2_score(y, p) if len(set(y)) > 1 else None,
        "medae": sk.median_absolute_error(y, p),
    }
    return {"name": name, "labels": 0, "truth": y.tolist(), "predictions": p.tolist(), "scores": scores}


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def guesses(rng, y, k, strength):
    return softmax(rng.normal(size=(len(y), k)) + strength * np.eye(k)[y])


def main():
    rng = np.random.default_rng(20240607)
    sigmoid = lambda z: 1 / (1 + np.exp(-z))
    y = rng.integers(0, 2, 40)
    rare = (np.arange(43) % 20 == 3).astype(int)
    eight = rng.integers(0, 8, 40)
    three = rng.integers(0, 3, 40)
    money = rng.lognormal(5, 1, 41)
    cases = [
        binary("distinct scores", y, sigmoid(2 * y - 1 + rng.normal(size=40))),
        binary("many ties", y, np.round(sigmoid(y - 0.5 + rng.normal(size=40)), 1)),
        binary("rare positives", rare, sigmoid(2 * rare - 3 + rng.normal(size=43))),
        binary("rare positives, all called negative", rare, sigmoid(rare - 6 + rng.normal(size=43))),
        binary("constant scores", y, np.full(40, 0.3)),
        binary("perfect and certain", y, y),
        binary("certain and often wrong", y, rng.integers(0, 2, 40)),
        binary("only negatives", np.zeros(15, dtype=int), rng.uniform(0, 0.7, 15)),
        binary("only negatives, none called", np.zeros(5, dtype=int), rng.uniform(0, 0.4, 5)),
        binary("only positives", np.ones(15, dtype=int), rng.uniform(0.2, 1, 15)),
        binary("one row", [1], [0.8]),
        multiclass("three classes", three, guesses(rng, three, 3, 1.5)),
        multiclass("three classes, ties", three, np.round(guesses(rng, three, 3, 1.0), 1)),
        multiclass("eight classes", eight, guesses(rng, eight, 8, 1.0)),
        multiclass("eight classes, ties and zeros", eight, np.round(guesses(rng, eight, 8, 1.0), 1)),
        multiclass("eight classes, four present", eight % 4, guesses(rng, eight % 4, 8, 2.0)),
        multiclass("three classes, one present", np.full(12, 2), guesses(rng, np.full(12, 2), 3, 1.0)),
        regression("normal, even number of rows", y := rng.normal(size=40), y + rng.normal(size=40)),
        regression("skewed, odd number of rows", money, money * rng.lognormal(0, 0.3, 41)),
        regression("far from zero", 1e6 + rng.normal(size=30), 1e6 + rng.normal(size=30)),
        regression("counts with zeros", rng.poisson(1.0, 40), np.full(40, 1.0)),
        regression("perfect", money, money),
        regression("constant truth", np.full(20, 0.1), rng.uniform(0, 1, 20)),
        regression("one row", [3.0], [2.0]),
    ]
    lines = ",\n".join(json.dumps(case, separators=(",", ":"), allow_nan=False) for case in cases)
    Path(__file__).with_suffix(".json").write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main()
