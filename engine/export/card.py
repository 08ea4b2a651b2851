"""The model card: what the model is, what it learned from, and how well it does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.data.values import given_columns
from engine.graph.model import Plan
from engine.training.settings import Settings, class_weights_at

REASONS = {
    "completed": "All epochs were trained.",
    "stopped_early": "Training stopped early, as validation no longer improved.",
    "target_reached": "Training stopped as soon as validation was good enough.",
    "stopped_by_user": "Training was stopped by hand.",
    "diverged": "Training diverged, so the best model before that was kept.",
}

FILES = (
    "- `model.py`: the network as Flax source; `load()` gives the trained model",
    "- `weights.safetensors`: its weights, named as in `model.py`",
    "- `preparation.json`: how raw values become inputs, as fitted on the training rows",
    "- `predict.py`: predictions for raw input, as shown above",
    "- `graph.json`: the drawing; `history.csv`, `metrics.json`: how training went",
)


TITLES = {"usual": "guessing on test", "present": "no change on test"}
"""What needs no network, as a column."""


def model_card(
    name: str,
    plan: Plan,
    preparation: Mapping[str, Any],
    measures: Mapping[str, Any],
    training: Sequence[str] = (),
) -> str:
    """README.md of a bundle; `training` says how it was trained, line by line."""
    rows = preparation["rows"]
    lines = [
        f"# {_line(name)}",
        "",
        "A neural network trained with Netloom, in plain Flax. It needs nothing of Netloom to run.",
        "",
        "## Use it",
        "",
        *_usage(preparation),
        "",
        "## What it predicts",
        "",
        *[_target_line(target, document) for target, document in preparation["targets"].items()],
        "",
        "## How well it does",
        "",
        *_measure_table(measures),
        "",
        f"Trained on {rows['train']:,} rows, the best epoch chosen on {rows['validation']:,} validation rows, "
        f"measured on {rows['test']:,} test rows that training never saw.",
        f"{REASONS[measures['reason']]} {_weights(measures)}",
        *training,
        "",
        "## The network",
        "",
        *[f"- `{module}`: `{call.target}`" for module, call in plan.modules],
        "",
        "## Files",
        "",
        *FILES,
    ]
    return "\n".join(lines) + "\n"


def training_lines(
    settings: Settings, preparation: Mapping[str, Any], measures: Mapping[str, Any], origin: str | None
) -> list[str]:
    """How it was trained, for who wants to do it again; `origin` is the run it went on from."""
    optimizer, schedule = settings.optimizer, settings.schedule
    falling = "" if schedule.type == "constant" else f", schedule {schedule.type}"
    changes = [one for one in measures.get("changes", []) if "learning_rate" in one]
    changed = "".join(f", {one['learning_rate']:g} from step {one['step'] + 1:,} on" for one in changes)
    told = [
        f"Optimizer {optimizer.type}, learning rate {optimizer.learning_rate:g}{changed}{falling}, batches of "
        f"{settings.batch_size:,}, seed {settings.seed}.",
        *([f"It goes on from {origin}."] if origin else []),
    ]
    weighed = [
        _line(name)
        for name, target in preparation["targets"].items()
        if target["kind"] in ("category", "labels") and class_weights_at(settings, name)[1].type != "equal"
    ]
    if weighed:
        told.append(
            f"Classes of {', '.join(f'`{name}`' for name in weighed)} had weights in training: the probabilities rank "
            "rows well, but are not how frequent a class is."
        )
    return told


def _usage(preparation: Mapping[str, Any]) -> list[str]:
    argument = "*.png" if preparation["kind"] == "images" else "rows.csv"
    commands = ["pip install -r requirements.txt", f"python predict.py {argument} > predictions.csv"]
    return ["```", *commands, "```", "", _takes(preparation)]


def _takes(preparation: Mapping[str, Any]) -> str:
    if preparation["kind"] == "images":
        shape = next(iter(preparation["inputs"].values()))["shape"]
        return f"It takes PNG or JPEG pictures of any size and brings them to {shape[0]} × {shape[1]} pixels itself."
    names = given_columns(preparation)
    past = ""
    if preparation["kind"] == "series":
        series = preparation["series"]
        names = [series[part]["name"] for part in ("time", "group") if series[part]] + names
        past = (
            f" It looks back on {series['lookback']} rows and answers for {series['horizon']} further on; rows "
            f"with less past before them get no answer."
        )
    return f"It takes rows with these columns: {', '.join(f'`{_line(name)}`' for name in names)}.{past}"


def _target_line(name: str, target: Mapping[str, Any]) -> str:
    if target["kind"] == "number":
        return f"- `{_line(name)}`: a number"
    if target["kind"] == "numbers":
        return f"- {', '.join(f'`{_line(one)}`' for one in target['columns'])}: numbers"
    classes = ", ".join(f"`{_line(one)}`" for one in target["classes"][:30])
    more = f" and {len(target['classes']) - 30} more" if len(target["classes"]) > 30 else ""
    return f"- `{_line(name)}`: {'any' if target['kind'] == 'labels' else 'one'} of {classes}{more}"


def _weights(measures: Mapping[str, Any]) -> str:
    best_epoch, own = measures["best_epoch"], measures.get("own_best")
    if best_epoch == 0:
        return "The weights are those of that moment, before the first epoch was over."
    if own:
        return (
            f"The weights are those of epoch {best_epoch}, of the run that this one goes on from: none of its own was "
            f"better; the best of them was epoch {own['epoch']}."
        )
    if measures["reason"] == "target_reached":
        return f"The weights are those of epoch {best_epoch}, which reached the goal."
    return f"The weights are those of epoch {best_epoch}."


def _measure_table(measures: Mapping[str, Any]) -> list[str]:
    names = dict.fromkeys([*measures["validation"], *measures["test"]])
    baselines = measures.get("baselines", [])
    columns = {"validation": measures["validation"], "test": measures["test"]}
    columns |= {TITLES[one["name"]]: one["test"] for one in baselines}
    lines = [f"| measure | {' | '.join(columns)} |", "|---" * (1 + len(columns)) + "|"]
    for name in names:
        cells = [values.get(name) for values in columns.values()]
        lines.append(f"| {name} | " + " | ".join("–" if cell is None else f"{cell:.4g}" for cell in cells) + " |")
    told = [f"{TITLES[one['name']].capitalize()}: {one['description']}" for one in baselines]
    return [*lines, *(["", " ".join(told)] if told else [])]


def _line(text: object) -> str:
    """Text on one line, without what Markdown would take for markup."""
    return " ".join(str(text).split()).replace("`", "'").replace("|", "/")
