"""Call: the object it builds and the source it prints are one and the same."""

from __future__ import annotations

import jax.numpy as jnp
import pytest
from flax import nnx

from engine.call import RNGS, Call, Name
from engine.modules import Add, gelu


def test_it_builds_what_it_prints() -> None:
    call = Call("nnx.Linear", 3, 4, kernel_init=Call("nnx.initializers.constant", 2.0), rngs=RNGS)
    assert call.source() == "nnx.Linear(3, 4, kernel_init=nnx.initializers.constant(2.0), rngs=rngs)"
    rngs = nnx.Rngs(0)
    built, printed = call.build(rngs=rngs), eval(call.source(), {"nnx": nnx, "rngs": rngs})
    assert isinstance(built, nnx.Linear)
    assert (built.kernel.get_value() == printed.kernel.get_value()).all()


def test_a_name_without_a_dot_is_one_of_our_modules() -> None:
    assert isinstance(Call("Add").build(), Add)
    assert Name("gelu").resolve({}) is gelu
    assert Name("jnp.exp").resolve({}) is jnp.exp
    assert Name("x").resolve({"x": 5}) == 5


@pytest.mark.parametrize("text", ["nnx.NoSuchThing", "nowhere.thing", "Nothing", "os.system", "builtins.eval"])
def test_a_name_that_does_not_exist_is_a_bug(text: str) -> None:
    with pytest.raises((AttributeError, KeyError)):
        Name(text).resolve({})


def test_equal_calls_are_equal_and_can_be_kept() -> None:
    def make(size: int) -> Call:
        return Call("Reshape", (size, 2), rngs=RNGS)

    assert make(3) == make(3)
    assert make(3) != make(4)
    assert len({make(3), make(3), make(4)}) == 2
    assert Call("a", x=1, y=2) == Call("a", y=2, x=1)
    assert Call("a") != Name("a")


def test_it_tells_every_name_it_uses() -> None:
    call = Call("A", Call("b", Name("c")), d=Name("e"), f="text")
    assert list(call.names()) == ["A", "b", "c", "e"]


def test_text_stays_a_string() -> None:
    assert Call("f", "a'b\n").source() == 'f("a\'b\\n")'
