"""`python -m tests.engine.importing`: every recorded Keras case, passed, failed or unsupported, as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from engine.graph.check import check
from tests.engine.importing.test_recorded_graphs import EXPECTED, MANIFEST, differences, imported
from tests.engine.importing.test_recorded_numbers import CASES as GRAPHS
from tests.engine.importing.test_recorded_numbers import error
from tests.engine.layers.test_keras_cases import CASES as LAYERS
from tests.engine.layers.test_keras_cases import UNSUPPORTED, reproduced

Line = tuple[str, str, str]
"""A case, its result, and the reason or what was found."""


def layers() -> Iterator[Line]:
    for name in LAYERS:
        result = "unsupported" if name in UNSUPPORTED else "passed" if reproduced(name) else "failed"
        yield name, result, UNSUPPORTED.get(name, "")


def graphs() -> Iterator[Line]:
    for name in GRAPHS:
        largest = error(name)
        yield name, "passed" if largest < 1e-4 else "failed", f"largest error {largest:.1e}"


def documents() -> Iterator[Line]:
    for name, row in MANIFEST.items():
        found = imported(name)
        unknown = Counter(
            node.type
            for node in found.graph.nodes
            for problem in found.problems
            if problem.code == "imported_unknown_layer" and problem.where["node"] == node.id
        )
        report = check(found.graph)
        wrong = list(differences(name)) if name in EXPECTED else [problem.message for problem in report.problems]
        if row["flag"]:
            yield name, "unsupported", "marked: " + ", ".join(f"{kind} ×{count}" for kind, count in unknown.items())
        elif wrong:
            yield name, "failed", "; ".join(wrong)
        else:
            total = f"{report.parameters()['total']:,} parameters"
            kept = f"all {len(EXPECTED[name]['layers'])} layers equal" if name in EXPECTED else "checked, no record"
            yield name, "passed", f"{kept}, {total}"


def main() -> None:
    for title, lines in (("Layers", layers()), ("Graphs", graphs()), ("Documents", documents())):
        told = list(lines)
        counts = Counter(result for _, result, _ in told)
        print(f"\n## {title}: {', '.join(f'{count} {result}' for result, count in counts.items())}\n")
        print("| case | result | remark |\n| --- | --- | --- |")
        for line in told:
            print(f"| {' | '.join(line)} |", flush=True)


if __name__ == "__main__":
    main()
