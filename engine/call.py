"""Call: a constructor as data, built to train and printed to export, so that both are the same model."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from typing import Any

LIBRARIES = {"nnx": "flax.nnx", "jnp": "jax.numpy", "jax": "jax", "optax": "optax"}
"""What a dotted name may start with; a name without a dot stands in `engine.modules`."""


class Name:
    """A thing referred to by name: a library function, one of our modules, or a variable such as `rngs`."""

    def __init__(self, text: str) -> None:
        self.text = text

    def resolve(self, variables: Mapping[str, Any]) -> Any:
        """The object itself. Raises KeyError or AttributeError for a name that does not exist."""
        if self.text in variables:
            return variables[self.text]
        library, _, path = self.text.rpartition(".")
        if not library:
            return getattr(importlib.import_module("engine.modules"), path)
        root, _, rest = library.partition(".")
        found: Any = importlib.import_module(LIBRARIES[root])
        for part in filter(None, [*rest.split("."), path]):
            found = getattr(found, part)
        return found

    def source(self) -> str:
        return self.text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Name) and self.text == other.text

    def __hash__(self) -> int:
        return hash(("Name", self.text))

    def __repr__(self) -> str:
        return f"Name({self.text!r})"


RNGS = Name("rngs")
"""The random streams a module draws its first weights from; bound when it is built."""


class Call:
    """`target(*positional, **keywords)`, not yet called. Arguments are plain values, Names and other Calls."""

    def __init__(self, target: str, *positional: Any, **keywords: Any) -> None:
        self.target = target
        self.positional = positional
        self.keywords = keywords

    def build(self, **variables: Any) -> Any:
        """Makes the object. `variables` binds names such as `rngs`."""
        positional = [_built(value, variables) for value in self.positional]
        keywords = {key: _built(value, variables) for key, value in self.keywords.items()}
        return Name(self.target).resolve(variables)(*positional, **keywords)

    def source(self) -> str:
        """The Python expression that makes the same object."""
        arguments = [_printed(value) for value in self.positional]
        arguments += [f"{key}={_printed(value)}" for key, value in self.keywords.items()]
        return f"{self.target}({', '.join(arguments)})"

    def names(self) -> Iterator[str]:
        """Every name the printed expression uses, to copy or import what it needs."""
        yield self.target
        for value in (*self.positional, *self.keywords.values()):
            if isinstance(value, Call):
                yield from value.names()
            elif isinstance(value, Name):
                yield value.text

    def _key(self) -> tuple[Any, ...]:
        return (self.target, self.positional, tuple(sorted(self.keywords.items())))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Call) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        return f"Call({self.source()})"


def _built(value: Any, variables: Mapping[str, Any]) -> Any:
    if isinstance(value, Call):
        return value.build(**variables)
    if isinstance(value, Name):
        return value.resolve(variables)
    return value


def _printed(value: Any) -> str:
    return value.source() if isinstance(value, Call | Name) else repr(value)
