"""Formulas over columns: a small grammar of its own, read without running any code of Python.

    or, and, not · < <= > >= == != · + - · * / · ** · numbers, "texts", columns, `columns with blanks`, functions

This file travels in every download.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NoReturn

from engine.data.reckoning import COMPARISONS, FUNCTIONS, FormulaError, Tree

LONGEST = 500  # characters of a formula
DEEPEST = 50  # brackets and functions inside each other
TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?![\w.])|`(?P<quoted>[^`]+)`|(?P<name>[^\W\d]\w*)"
    r"|\"(?P<text>[^\"]*)\"|'(?P<single>[^']*)'|(?P<sign>\*\*|<=|>=|==|!=|[-+*/<>(),]))"
)


def parsed(formula: str) -> Tree:
    """A formula as a tree; raises FormulaError naming the place of a mistake and what is expected there."""
    return _Reader(formula).whole()


def columns_in(tree: Tree) -> dict[str, int]:
    """The columns that a formula reads, in order, and where each is first named, counted from 0."""
    if tree[0] == "column":
        return {tree[1]: tree[2]}
    found: dict[str, int] = {}
    for part in tree:
        if isinstance(part, tuple):
            found = {**found, **{name: place for name, place in columns_in(part).items() if name not in found}}
    return found


class _Reader:
    """Reads a formula from left to right, looking one token ahead."""

    def __init__(self, formula: str) -> None:
        self.formula, self.place, self.depth = formula, 0, 0
        if len(formula) > LONGEST:
            raise FormulaError(
                f"The formula is longer than {LONGEST:,} characters. Part it in several columns.", LONGEST
            )
        self.kind, self.value, self.start = "", "", 0
        self.advance()

    def advance(self) -> None:
        found = TOKEN.match(self.formula, self.place)
        if found is None:
            rest = self.formula[self.place :]
            self.start = self.place + len(rest) - len(rest.lstrip())
            if rest.strip():
                self.fail(
                    f"{rest.strip()[0]!r} has no meaning here. Names with blanks or signs stand between `backticks`."
                )
            self.kind, self.value = "end", ""
            return
        self.kind = str(found.lastgroup)
        self.value = str(found[self.kind])
        self.start, self.place = found.end() - len(found[0].lstrip()), found.end()

    def fail(self, message: str) -> NoReturn:
        raise FormulaError(message, self.start)

    def takes(self, *signs: str) -> str | None:
        """The next sign or word, taken away, where it is one of these."""
        if self.kind in ("sign", "name") and self.value in signs:
            taken = self.value
            self.advance()
            return taken
        return None

    def whole(self) -> Tree:
        tree = self.either()
        if self.kind != "end":
            self.fail(f"{self.value!r} follows what is complete already. Put a sign such as + or * between them.")
        return tree

    def either(self) -> Tree:
        tree = self.both()
        while self.takes("or"):
            tree = ("or", tree, self.both())
        return tree

    def both(self) -> Tree:
        tree = self.negated()
        while self.takes("and"):
            tree = ("and", tree, self.negated())
        return tree

    def negated(self) -> Tree:
        return ("not", self.deeper(self.negated)) if self.takes("not") else self.compared()

    def compared(self) -> Tree:
        tree, start = self.sum(), self.start
        sign = self.takes("<", "<=", ">", ">=", "==", "!=")
        if sign is None:
            return tree
        tree = (sign, tree, self.sum(), start)
        if self.kind == "sign" and self.value in COMPARISONS:
            self.fail("One comparison follows another. Join them by and, as in a < b and b < c.")
        return tree

    def sum(self) -> Tree:
        tree = self.product()
        while sign := self.takes("+", "-"):
            tree = (sign, tree, self.product())
        return tree

    def product(self) -> Tree:
        tree = self.signed()
        while sign := self.takes("*", "/"):
            tree = (sign, tree, self.signed())
        return tree

    def signed(self) -> Tree:
        if self.takes("-"):
            return ("negative", self.deeper(self.signed))
        return self.deeper(self.signed) if self.takes("+") else self.power()

    def power(self) -> Tree:
        tree = self.value_or_group()
        return ("**", tree, self.deeper(self.signed)) if self.takes("**") else tree

    def value_or_group(self) -> Tree:
        kind, value, start = self.kind, self.value, self.start
        if kind == "end" or (kind == "sign" and value != "("):
            found = "the formula ends" if kind == "end" else f"{value!r} stands"
            self.fail(f"A number, a column or a function is expected where {found}. Add it, or take the sign away.")
        if kind == "name" and value in ("and", "or", "not"):
            self.fail(f"{value!r} joins two comparisons, as in a < 1 {value} b > 2. Write what stands before it.")
        self.advance()
        if kind == "number":
            return ("number", float(value))
        if kind in ("text", "single"):
            return ("text", value, start)
        if kind == "sign":
            tree = self.deeper(self.either)
            self.closed(start)
            return tree
        if kind == "name" and self.kind == "sign" and self.value == "(":
            return self.call(value, start)
        return ("column", value, start)

    def call(self, name: str, start: int) -> Tree:
        if name not in FUNCTIONS:
            raise FormulaError(f"There is no function {name!r}. There are {', '.join(FUNCTIONS)}.", start)
        self.advance()
        given = [self.deeper(self.either)]
        while self.takes(","):
            given.append(self.deeper(self.either))
        self.closed(start)
        least, most = FUNCTIONS[name][1:]
        if not least <= len(given) <= most:
            wanted = f"{least} values" if least > 1 else "1 value"
            raise FormulaError(f"{name} takes {wanted}{'' if least == most else ' or more'}, not {len(given)}.", start)
        return (name, *given)

    def closed(self, start: int) -> None:
        if not self.takes(")"):
            raise FormulaError("This bracket or function is never closed. Add ) at its end.", start)

    def deeper(self, read: Callable[[], Tree]) -> Tree:
        self.depth += 1
        if self.depth > DEEPEST:
            self.fail("Too much stands inside each other here. Part the formula in several columns.")
        tree = read()
        self.depth -= 1
        return tree
