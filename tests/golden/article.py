"""Golden numbers of the article's network, from the formulas alone (NumPy, double precision).

    python article.py > article.json        (any Python 3 with NumPy)

100 inputs, Dense 64 relu, Dense 1 sigmoid, binary cross-entropy (mean over the batch),
one step of Adam with the defaults of Keras (Kingma & Ba 2015). Weights and batch follow formulas
that any program can repeat, so the file holds only what is to be compared.
"""

import json

import numpy as np

INPUTS, HIDDEN, ROWS = 100, 64, 8
RATE, BETA1, BETA2, EPSILON = 1e-3, 0.9, 0.999, 1e-7
KEPT = 4  # rows of the big matrix that are stored whole


def grid(rows, columns, f):
    return np.array([[f(i, j) for j in range(columns)] for i in range(rows)])


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def forward(p, x):
    z1 = x @ p["w1"] + p["b1"]
    h = np.maximum(z1, 0.0)
    return z1, h, sigmoid(h @ p["w2"] + p["b2"])


def loss(p, x, y):
    a = forward(p, x)[2]
    return -np.mean(y * np.log(a) + (1.0 - y) * np.log(1.0 - a))


def gradients(p, x, y):
    z1, h, a = forward(p, x)
    d2 = (a - y) / len(x)  # the derivative of the mean loss by the last z
    d1 = (d2 @ p["w2"].T) * (z1 > 0.0)
    return {"w1": x.T @ d1, "b1": d1.sum(0), "w2": h.T @ d2, "b2": d2.sum(0)}


def adam(p, g):
    """The first step, as Keras writes it: the bias correction is in the rate, epsilon beside the raw root."""
    rate = RATE * np.sqrt(1.0 - BETA2) / (1.0 - BETA1)
    moved = {}
    for name in p:
        m, v = (1.0 - BETA1) * g[name], (1.0 - BETA2) * g[name] ** 2
        moved[name] = p[name] - rate * m / (np.sqrt(v) + EPSILON)
    return moved


def adam_paper(p, g):
    """The same with epsilon beside the corrected root, as in the paper's algorithm and in burn and PyTorch."""
    return {name: p[name] - RATE * g[name] / (np.abs(g[name]) + EPSILON) for name in p}


def selected(p):
    w1 = p["w1"]
    return {
        "w1_first_rows": w1[:KEPT].tolist(),
        "w1_sum": float(w1.sum()),
        "w1_sum_of_squares": float((w1**2).sum()),
        "b1": p["b1"].tolist(),
        "w2": p["w2"][:, 0].tolist(),
        "b2": p["b2"].tolist(),
    }


def check(p, x, y, g):
    """The gradients against central differences, at a few places of each parameter."""
    for name, at in [("w1", (0, 0)), ("w1", (99, 63)), ("w1", (57, 20)), ("b1", (5,)), ("w2", (31, 0)), ("b2", (0,))]:
        step, sides = 1e-6, []
        for sign in (1.0, -1.0):
            moved = {k: v.copy() for k, v in p.items()}
            moved[name][at] += sign * step
            sides.append(loss(moved, x, y))
        slope = (sides[0] - sides[1]) / (2.0 * step)
        assert abs(slope - g[name][at]) < 1e-8, (name, at, slope, g[name][at])


def main():
    p = {
        "w1": grid(INPUTS, HIDDEN, lambda i, j: 0.2 * np.sin(0.01 * (1 + i * HIDDEN + j) ** 2)),
        "b1": np.array([0.01 * np.cos(1.0 + j) for j in range(HIDDEN)]),
        "w2": grid(HIDDEN, 1, lambda i, j: 0.4 * np.sin(0.3 * (1 + i) ** 2)),
        "b2": np.array([0.05]),
    }
    x = grid(ROWS, INPUTS, lambda r, i: np.cos(0.02 * (1 + r * INPUTS + i) ** 2))
    y = grid(ROWS, 1, lambda r, j: float(r % 3 == 0))
    g = gradients(p, x, y)
    check(p, x, y, g)
    z1, _, a = forward(p, x)
    golden = {
        "formula": {
            "indices": "all count from 0; sin and cos of radians, in double precision; matrices are [inputs, outputs]",
            "w1[i][j]": "0.2 * sin(0.01 * (1 + 64*i + j)^2), shape [100, 64]",
            "b1[j]": "0.01 * cos(1 + j), shape [64]",
            "w2[i]": "0.4 * sin(0.3 * (1 + i)^2), shape [64, 1]",
            "b2": "0.05",
            "x[r][i]": "cos(0.02 * (1 + 100*r + i)^2), shape [8, 100]",
            "y[r]": "1 where r is a multiple of 3, else 0",
            "network": "p = sigmoid(relu(x w1 + b1) w2 + b2)",
            "loss": "mean over rows of -(y ln p + (1-y) ln(1-p))",
            "adam": "first step, rate 1e-3, beta 0.9 and 0.999, epsilon 1e-7; `keras`: p - rate*sqrt(1-beta2)/(1-beta1)"
            " * m/(sqrt(v)+epsilon); `paper`: p - rate * mhat/(sqrt(vhat)+epsilon)",
            "selection": "w1_first_rows holds rows 0..4 of w1, then the sum and sum of squares of all of it",
        },
        "shape": {"inputs": INPUTS, "hidden": HIDDEN, "rows": ROWS},
        "smallest_hidden_input": float(np.abs(z1).min()),
        "probabilities": a[:, 0].tolist(),
        "loss": float(loss(p, x, y)),
        "gradients": selected(g),
        "after_adam": {"keras": selected(adam(p, g)), "paper": selected(adam_paper(p, g))},
    }
    print(json.dumps(golden, indent=1))


main()
