"""The programs that mkt is measured beside, on the same rows: python3 peers.py COMMAND ...

split DATA FOLDER              NAME/{train.csv,test.csv,spec.json} of every real table in DATA: row i (0-based, header
                               not counted) is a test row iff i * 2654435761 mod 2^32 < 0.2 * 2^32
tables FOLDER [PEERS] [NAMES]  score on the test rows and seconds of one fit; PEERS and NAMES separated by commas
step                           training rows per second of the article's network in PyTorch, eager, fused Adam, one thread
predict CSV OUT PEER           a prediction script as a user would write it: keras (with pandas), torch or sklearn (polars)

Needs numpy, pandas, scikit-learn, and what the chosen peers are called. Every peer has its defaults.
"""
import json, os, pathlib, sys, time

THREADS = int(os.environ.get("PEER_THREADS", "2"))
COMPAS = "sex age race juv_fel_count juv_misd_count juv_other_count priors_count c_charge_degree c_charge_desc".split()
TABLES = {  # file, target, task, positive, columns left out, the only columns used, codes that are categories
    "adult": ("adult.csv.gz", "income", "binary", ">50K", (), (), ()),
    "bank_marketing": ("bank_marketing.csv.gz", "y", "binary", "yes", ("duration",), (), ()),
    "compas": ("compas_two_years.csv", "two_year_recid", "binary", "1", (), COMPAS, ()),
    "german_credit": ("german_credit.csv", "default", "binary", "2", (), (), ()),
    "online_shoppers": ("online_shoppers.csv", "Revenue", "binary", "TRUE", (), (),
                        ("OperatingSystems", "Browser", "Region", "TrafficType")),
    "telco_churn": ("telco_churn.csv", "Churn", "binary", "Yes", ("customerID",), (), ()),
    "bike_sharing": ("bike_sharing_hour.csv", "cnt", "regression", "", ("instant", "dteday", "casual", "registered"), (), ()),
    "california": ("california_housing.csv", "median_house_value", "regression", "", (), (), ()),
    "diamonds": ("diamonds.csv", "price", "regression", "", (), (), ()),
    "wine_white": ("wine_quality_white.csv", "quality", "multiclass", "", (), (), ()),
}


def split(data, folder):
    import pandas as pd
    for name, (file, target, task, positive, drop, keep, cat) in TABLES.items():
        path = pathlib.Path(data) / file
        table = pd.read_csv(path, sep=None, engine="python", dtype=str, keep_default_na=False, skipinitialspace=True)
        table = table[[*keep, target]] if keep else table.drop(columns=list(drop))
        test = pd.Series([i * 2654435761 % 2**32 < 858993460 for i in range(len(table))])
        out = pathlib.Path(folder) / name
        out.mkdir(parents=True, exist_ok=True)
        table[~test].to_csv(out / "train.csv", index=False)
        table[test].to_csv(out / "test.csv", index=False)
        spec = {"name": name, "target": target, "task": task, "positive": positive, "cat": list(cat)}
        (out / "spec.json").write_text(json.dumps(spec))


def load(folder, name):
    import pandas as pd
    spec = json.loads((pathlib.Path(folder) / name / "spec.json").read_text())
    parts = [pd.read_csv(pathlib.Path(folder) / name / f"{part}.csv", skipinitialspace=True) for part in ("train", "test")]
    truth = [part.pop(spec["target"]) for part in parts]
    if spec["task"] == "binary":
        truth = [(t.astype(str).str.strip().str.lower() == spec["positive"].lower()).astype(int) for t in truth]
    elif spec["task"] == "multiclass":
        levels = sorted(truth[0].unique())
        truth = [t.map({level: i for i, level in enumerate(levels)}) for t in truth]
    for part in parts:
        for column in part:
            if column in spec.get("cat", ()) or not pd.api.types.is_numeric_dtype(part[column]):
                part[column] = part[column].astype(str).where(part[column].notna(), "missing")
    return spec, parts, truth


def columns(table):
    import pandas as pd
    numbers = [c for c in table if pd.api.types.is_numeric_dtype(table[c])]
    return numbers, [c for c in table if c not in numbers]


def plain(train):
    """Imputed and standardised numbers, one-hot categories."""
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler
    numbers, texts = columns(train)
    return ColumnTransformer([
        ("numbers", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numbers),
        ("texts", OneHotEncoder(handle_unknown="infrequent_if_exist", max_categories=256, sparse_output=False), texts)])


def scikit(classifier, regressor):
    def fit(task, x, y):
        from sklearn.compose import TransformedTargetRegressor
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler
        last = classifier() if task != "regression" else TransformedTargetRegressor(regressor(), transformer=StandardScaler())
        model = make_pipeline(plain(x), last).fit(x, y)
        return model.predict if task == "regression" else model.predict_proba
    return fit


def linear(task, x, y):
    from sklearn.linear_model import LogisticRegression, Ridge
    return scikit(lambda: LogisticRegression(max_iter=1000), Ridge)(task, x, y)


def sklearn(task, x, y):
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    return scikit(lambda: MLPClassifier((64,), random_state=0), lambda: MLPRegressor((64,), random_state=0))(task, x, y)


def lightgbm(task, x, y):
    import lightgbm as m
    _, texts = columns(x)
    levels = {c: sorted(x[c].unique()) for c in texts}

    def known(table):
        import pandas as pd
        return table.assign(**{c: pd.Categorical(table[c], categories=levels[c]) for c in texts})
    kind = m.LGBMRegressor if task == "regression" else m.LGBMClassifier
    model = kind(n_jobs=THREADS, random_state=0, verbosity=-1).fit(known(x), y)
    return lambda t: model.predict(known(t)) if task == "regression" else model.predict_proba(known(t))


def catboost(task, x, y):
    import catboost as m
    kind = m.CatBoostRegressor if task == "regression" else m.CatBoostClassifier
    model = kind(thread_count=THREADS, random_seed=0, verbose=0, allow_writing_files=False, cat_features=columns(x)[1]).fit(x, y)
    return model.predict if task == "regression" else model.predict_proba


def tables(folder, peers="linear,sklearn,lightgbm,catboost", names=""):
    from sklearn.metrics import log_loss, mean_squared_error, roc_auc_score
    for name in names.split(",") if names else sorted(os.listdir(folder)):
        if name not in TABLES:
            continue
        spec, (train, test), (y, truth) = load(folder, name)
        for peer in peers.split(","):
            fit = globals()[peer]
            fit(spec["task"], train.head(300), y.head(300))  # imports and thread pools are not the fit
            begin = time.perf_counter()
            predict = fit(spec["task"], train, y)
            seconds = time.perf_counter() - begin
            p = predict(test)
            metric, value = {
                "binary": lambda: ("auc", roc_auc_score(truth, p[:, 1])),
                "multiclass": lambda: ("logloss", log_loss(truth, p, labels=range(p.shape[1]))),
                "regression": lambda: ("rmse", mean_squared_error(truth, p) ** 0.5)}[spec["task"]]()
            print(json.dumps({"table": name, "peer": peer, "metric": metric, "value": value, "fit_s": seconds}), flush=True)


def step(rows=200_000):
    import numpy as np
    import torch
    torch.set_num_threads(1)
    x = torch.from_numpy(np.random.default_rng(0).standard_normal((rows, 100), dtype=np.float32))
    y = (x[:, :1] + x[:, 1:2] * x[:, 2:3] > 0).float()
    for size in (32, 256, 1024):
        net = torch.nn.Sequential(torch.nn.Linear(100, 64), torch.nn.ReLU(), torch.nn.Linear(64, 1))
        adam, loss, rates = torch.optim.Adam(net.parameters(), fused=True), torch.nn.BCEWithLogitsLoss(), []
        for _ in range(3):
            begin, order = time.perf_counter(), torch.randperm(rows)
            for i in range(0, rows, size):
                chosen = order[i:i + size]
                adam.zero_grad()
                loss(net(x[chosen]), y[chosen]).backward()
                adam.step()
            rates.append(rows / (time.perf_counter() - begin))
        print(json.dumps({"peer": "torch", "batch": size, "rows_per_s": round(sorted(rates)[1])}), flush=True)


def predict(source, out, peer):
    import numpy as np
    begin, width = time.perf_counter(), 30
    weight = np.random.default_rng(0).standard_normal((width, 64), dtype=np.float32)
    head = np.random.default_rng(1).standard_normal((64, 1), dtype=np.float32)
    if peer == "keras":
        import keras
        import pandas as pd
        net = keras.Sequential([keras.Input((width,)), keras.layers.Dense(64, "relu"), keras.layers.Dense(1, "sigmoid")])
        net.set_weights([weight, np.zeros(64), head, np.zeros(1)])
        x = pd.read_csv(source).to_numpy(np.float32)[:, :width]
        p = net.predict((x - x.mean(0)) / x.std(0), batch_size=4096, verbose=0)[:, 0]
        pd.DataFrame({"p": p}).to_csv(out, index=False)
    else:
        import polars as pl
        x = pl.read_csv(source).to_numpy().astype(np.float32)[:, :width]
        x = np.ascontiguousarray((x - x.mean(0)) / x.std(0))
        if peer == "torch":
            import torch
            torch.set_num_threads(THREADS)
            hidden = torch.relu(torch.from_numpy(x) @ torch.from_numpy(weight))
            p = torch.sigmoid(hidden @ torch.from_numpy(head))[:, 0].numpy()
        else:
            from sklearn.neural_network import MLPClassifier
            net = MLPClassifier((64,), max_iter=1).fit(x[:1000], np.arange(1000) % 2)
            p = net.predict_proba(x)[:, 1]
        pl.DataFrame({"p": p}).write_csv(out)
    print(json.dumps({"peer": peer, "seconds_without_start": time.perf_counter() - begin}))


if __name__ == "__main__":
    commands = {"split": split, "tables": tables, "step": step, "predict": predict}
    if len(sys.argv) < 2 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    commands[sys.argv[1]](*sys.argv[2:])
