"""scikit-learn's multi-layer perceptron with the same layers, batch and optimizer; it knows no dropout."""

from __future__ import annotations

import time
import warnings
from pathlib import Path

from tests.benchmarks.trained import Run, Trained
from tests.benchmarks.works import read

EPOCHS = 2


def side(_: str, folder: Path) -> Run:
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    work, x, y = read(folder)
    kind = MLPClassifier if work.classes else MLPRegressor
    widths = tuple(int(number) for layer, number in work.layers if layer == "dense")[:-1]
    x = x.reshape(len(x), -1)

    def run(_: int) -> Trained:
        model = kind(
            hidden_layer_sizes=widths, batch_size=work.batch, max_iter=EPOCHS, tol=0, n_iter_no_change=EPOCHS + 1
        )
        began = time.perf_counter()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.fit(x, y)
        count = sum(weights.size for weights in [*model.coefs_, *model.intercepts_])
        return Trained(len(x) * model.n_iter_, began, time.perf_counter(), count, "cpu")

    return run
