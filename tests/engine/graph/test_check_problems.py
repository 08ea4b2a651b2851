"""Every problem a check can find is provoked here, and every remedy it offers is taken."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.problems import Problem
from tests.engine.drawings import apply_fix, checked, pictures, table
from tests.engine.graph.problems import CASES
from tests.engine.graph.problems.answers import answering
from tests.engine.graph.problems.case import Case, picture

ENGINE = Path(__file__).parents[3] / "engine"


def found(case: Case) -> list[Problem]:
    return [one for one in checked(case.drawing, case.data).problems if one.code == case.code]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_a_problem_is_found_where_it_is(case: Case) -> None:
    (problem,) = found(case)
    assert problem.where.get("node") == case.node
    for words in (problem.message, problem.hint):
        assert words[0].isupper() or words[0] in "2'\"" or words.startswith(str(case.node))
        assert words[-1] in ".?"
        assert "Traceback" not in words
    json.dumps(checked(case.drawing, case.data).document(), allow_nan=False)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_its_remedy_removes_it(case: Case) -> None:
    (problem,) = found(case)
    assert (problem.fix or {"label": None})["label"] == case.fix
    if problem.fix is None:
        return
    mended = checked(apply_fix(case.drawing, dict(problem.fix)), case.data)
    assert [one for one in mended.problems if one.code == case.code] == []
    if case.mended:
        assert mended.problems == []


def test_remedies_mend_a_drawing_one_after_the_other() -> None:
    drawing, labels = picture(("Conv2D", {}), ("MaxPooling2D", {"pool_size": [9, 9]})), []
    while problems := checked(drawing, pictures()).problems:
        fix = problems[0].fix
        assert fix is not None
        labels.append(fix["label"])
        drawing = apply_fix(drawing, dict(fix))
    assert labels == ["Set padding to same", "Insert Flatten", "Insert Dense(10)"]


def named_codes() -> Iterator[str]:
    """Every code that a Problem or a refusal in the sources of the check is made with."""
    files = [*(ENGINE / "graph").glob("*.py"), *(ENGINE / "layers").glob("*.py")]
    for path in files:
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("Problem", "refusal") and call.args:
                first = call.args[0]
                if isinstance(first, ast.JoinedStr):
                    yield from ("unknown_input", "unknown_target")
                elif isinstance(first, ast.IfExp):
                    yield from (str(one.value) for one in (first.body, first.orelse) if isinstance(one, ast.Constant))
                elif isinstance(first, ast.Constant):
                    yield str(first.value)


def test_every_problem_of_a_check_has_a_case() -> None:
    elsewhere = {"does_not_fit", "nothing_left"}  # provoked in test_check_limits, as no layer of today leads there
    assert {case.code for case in CASES} | elsewhere == set(named_codes())


@pytest.mark.parametrize(
    ("classes", "units", "before", "after"),
    [(3, 3, "softmax", "linear"), (3, 3, "softmax", "auto"), (3, 3, "linear", "softmax"), (2, 1, "sigmoid", "auto")],
)
def test_it_accepts_every_way_to_arrive_at_probabilities_once(
    classes: int, units: int, before: str, after: str
) -> None:
    assert checked(answering(units, before, after), table(classes=classes)).problems == []
