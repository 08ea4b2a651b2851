"""The compiled steps: a functional update on flat leaves with donated buffers, several steps to a call."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

from engine.graph.model import GraphModel, Plan
from engine.graph.precision import WHOLE, Precision
from engine.training.feeding import Feed
from engine.training.lost import Lost, OutputLoss
from engine.training.optimizers import Optimizer
from engine.training.quickening import quicken
from engine.training.spread import Spread, copied
from engine.training.updates import Updates

Leaves = list[jax.Array]
Answers = Mapping[str, jax.Array]
"""Something of each output, by the name of its target."""

QUICKLY: dict[str, Any] = {
    "xla_backend_optimization_level": 0,
    "xla_llvm_disable_expensive_passes": True,
    "xla_cpu_use_fusion_emitters": False,
}
"""How a program that runs once is compiled: in a fifth of the time, the numbers stay the same."""


def random_key(seed: int) -> jax.Array:
    """`jax.random.key(seed)` of a seed below 2**32, without a program of its own to compile."""
    key: jax.Array = jax.random.wrap_key_data(jnp.asarray(np.array([0, seed], np.uint32)))
    return key


@dataclass
class State:
    """Everything that changes from step to step."""

    weights: Leaves
    rest: Leaves
    """What is not learned but kept, such as moving means and frozen weights."""
    optimizer: Any
    """What the optimizer remembers; None for weights that are only measured and kept."""

    def tree(self) -> tuple[Leaves, Leaves, Any]:
        return self.weights, self.rest, self.optimizer

    def bytes(self) -> int:
        return sum(leaf.nbytes for leaf in jax.tree.leaves(self.tree()))


class Learner:
    """One model with its losses and its optimizer on one feed: compiles and runs its steps."""

    def __init__(
        self,
        plan: Plan,
        losses: Mapping[str, OutputLoss],
        optimizer: Optimizer,
        feed: Feed,
        frozen: Collection[str] = (),
        precision: Precision = WHOLE,
    ) -> None:
        """`frozen` names the modules whose weights stay as they are; `precision` is what training computes with."""
        self.precision = precision
        self.plan, self.losses, self.updates, self.feed = plan, losses, Updates(optimizer), feed
        self._learned = lambda path, value: isinstance(value, nnx.Param) and path[0] not in frozen
        model: Any = nnx.eval_shape(lambda: GraphModel(plan, nnx.Rngs(0)))
        model.eval()
        self._evaluating: Any = nnx.split(model, self._learned, ...)[0]
        model.train()
        for name in frozen:  # their moving means stay too, as in Keras
            getattr(model, name).set_attributes(use_running_average=True, raise_if_not_found=False)
        quicken(model)
        self._convolves = any(isinstance(module, nnx.Conv) for _, module in nnx.iter_modules(model))
        definition, *states = nnx.split(model, self._learned, ...)
        self._training: Any = definition
        weights, rest = states
        kept = jax.tree.leaves(rest, is_leaf=lambda leaf: isinstance(leaf, nnx.Variable))
        self._frozen = [isinstance(leaf, nnx.Param) for leaf in kept]
        self._weights, self._rest = jax.tree.structure(weights), jax.tree.structure(rest)
        self.homes = [str(path[0].key) for path, _ in jax.tree_util.tree_flatten_with_path(weights)[0]]
        """The module of each learned leaf."""
        self.sizes: dict[str, int] = {}
        """How many learned weights each module has."""
        for home, leaf in zip(self.homes, jax.tree.leaves(weights), strict=True):
            self.sizes[home] = self.sizes.get(home, 0) + leaf.size
        self.parameters = sum(leaf.size for leaf in jax.tree.leaves(weights))
        self.weighs_classes = any(loss.classes is not None for loss in losses.values())
        """Whether classes count by weights while it learns."""
        self._evaluate = jax.jit(self._evaluation)
        self._copy = jax.jit(partial(jax.tree.map, jnp.copy))  # one call for all leaves

    def start(self, seed: int) -> State:
        """The first state; weights are drawn inside one compiled call."""

        def draw() -> tuple[Leaves, Leaves, Any]:
            _, *states = nnx.split(GraphModel(self.plan, nnx.Rngs(seed)), self._learned, ...)
            weights, rest = states
            leaves = jax.tree.leaves(weights)
            return leaves, jax.tree.leaves(rest), self.updates.start(leaves)

        drawn = jax.jit(draw).lower().compile(QUICKLY if jax.default_backend() == "cpu" else None)()
        return State(*self.feed.spread.hold(drawn))

    def answering(self, state: State) -> State:
        """What answers: the weights as they are measured and kept, without the optimizer's memory."""
        return State(self._answering(state), state.rest, None)

    def copy(self, state: State) -> State:
        """The same in memory of its own, as a step takes over the memory of the state it is given."""
        return State(*self._copy(state.tree()))

    def spare(self, state: State) -> State:
        """A copy of what answers; nothing is compiled for it, but the device is waited for."""
        return State(*copied(self.answering(state).tree()))

    def model(self, weights: Leaves, rest: Leaves) -> Any:
        """The model with these leaves, ready to answer."""
        return self._merge(self._evaluating, weights, rest)

    def compile(
        self, state: State, xs: Mapping[str, Any], settings: tuple[Any, Any, Any], resident: Any = None
    ) -> Chunk:
        """The compiled call for as many steps as `xs` holds; `settings` as in `Chunk.run`.

        `resident` stands in for the rows on the device. All of it may be shapes alone, to see what it would take.
        """
        spread, rows = self.feed.spread, self.feed.resident if resident is None else resident
        jitted = jax.jit(self._chunk, donate_argnums=(0, 1, 2), out_shardings=(spread.everywhere, None))
        lowered = jitted.lower(*state.tree(), rows, spread.deal(xs, 1), *settings)
        convolves = self._convolves or "stablehlo.convolution" in lowered.as_text()  # some are written as products
        return Chunk(lowered.compile(), convolves, spread)

    def evaluate(self, state: State, xs: Mapping[str, Any]) -> tuple[dict[str, jax.Array], Lost]:
        """Answers (B, …) and losses (B,) of one batch, without learning."""
        answers, losses = self._evaluate(
            self._answering(state), state.rest, self.feed.resident, self.feed.spread.deal(xs, 0)
        )
        return answers, losses

    def _answering(self, state: State) -> Leaves:
        return state.weights if state.optimizer is None else self.updates.answering(state.weights, state.optimizer)

    def _merge(self, definition: Any, weights: Leaves, rest: Leaves) -> Any:
        return nnx.merge(
            definition,
            jax.tree.unflatten(self._weights, weights),
            jax.tree.unflatten(self._rest, rest),
            copy=True,
        )

    def _narrowed(self, rest: Leaves) -> Leaves:
        """What is not learned, as it is computed with: frozen weights in fewer digits, statistics in all."""
        pairs = zip(self._frozen, rest, strict=True)
        return [self.precision.narrow(leaf) if frozen else leaf for frozen, leaf in pairs]

    def _kept(self, before: Leaves, after: Leaves) -> Leaves:
        """What is not learned after a step: frozen weights as they were, with all their digits."""
        return [old if frozen else new for frozen, old, new in zip(self._frozen, before, after, strict=True)]

    def _row_losses(self, scores: Answers, answers: Answers, truth: Answers, resident: Any, x: Any) -> Lost:
        """The losses (B,) of the rows of a batch, as training makes them small."""
        own = {name: loss.rows(scores[name], answers[name], truth[name]) for name, loss in self.losses.items()}
        return self._lost(own, resident, x)

    def _lost(self, own: Answers, resident: Any, x: Any) -> Lost:
        """The losses (B,) of the rows of a batch, each as much as the row counts."""
        whole = self.feed.weighed(self._together(own), resident, x)
        if len(own) == 1:
            return Lost(whole, {})
        return Lost(whole, {name: self.feed.weighed(losses, resident, x) for name, losses in own.items()})

    def _together(self, own: Answers) -> jax.Array:
        """The losses of all outputs, each as much as it counts."""
        first, *others = (loss.counted(own[name]) for name, loss in self.losses.items())
        return sum(others, first)

    def _evaluation(self, weights: Leaves, rest: Leaves, resident: Any, x: Any) -> tuple[Answers, Lost]:
        """Answers and losses as `evaluate` gives them; as in Keras, weights of classes are for learning alone."""
        model = self._merge(self._evaluating, weights, rest)
        inputs, truth = self.feed.batch(resident, x)
        scores = model.forward(inputs)
        answers = model.answer(scores)
        own = {name: loss.plain(scores[name], answers[name], truth[name]) for name, loss in self.losses.items()}
        lost = self._lost(own, resident, x)
        return answers, lost if self.feed.weights is None else lost._replace(plain=self._together(own))

    def _chunk(
        self, weights: Leaves, rest: Leaves, optimizer: Any, resident: Any, xs: Any, first: Any, key: Any, rates: Any
    ) -> Any:
        """Runs every step of `xs` (K, B, …); gives the state, the losses (K,) and the answers (K, B, …)."""
        count = xs["row"].shape[0]
        body = partial(self._step, resident=resident, key=key)
        xs = {**xs, "step": first + jnp.arange(count), "rate": rates}
        if count == 1:
            carry, outs = body((weights, rest, optimizer), jax.tree.map(lambda x: x[0], xs))
            return carry, jax.tree.map(lambda x: x[None], outs)
        return jax.lax.scan(body, (weights, rest, optimizer), xs)

    def objective(self, weights: Leaves, rest: Leaves, resident: Any, x: Any, key: jax.Array) -> Any:
        """The loss of one batch as training sees it, with what is kept besides the weights, the answers and the loss
        of each of several outputs."""
        inputs, truth = self.feed.batch(resident, x)
        model = self._merge(self._training, self.precision.narrow(weights), self._narrowed(rest))
        penalties: list[jax.Array] = []
        scores = model.forward(inputs, key=key, losses=penalties, precision=self.precision)
        answers = model.answer(scores)
        losses = self._row_losses(scores, answers, truth, resident, x)
        means = jax.tree.map(lambda losses: jnp.sum(losses * x["weight"]) / jnp.sum(x["weight"]), losses)
        _, *states = nnx.split(model, self._learned, ...)
        return means.whole + sum(penalties), (self._kept(rest, jax.tree.leaves(states[1])), answers, means.own)

    def _step(self, carry: Any, x: Any, *, resident: Any, key: jax.Array) -> Any:
        weights, rest, optimizer = carry
        step_key = jax.random.fold_in(key, x["step"])
        learn = jax.value_and_grad(self.objective, has_aux=True)
        (loss, (rest, answers, own)), gradients = learn(weights, rest, resident, x, step_key)
        weights, optimizer = self.updates.apply(weights, gradients, optimizer, x["rate"])
        return (weights, rest, optimizer), (Lost(loss, own), answers)


@dataclass(frozen=True)
class Chunk:
    """A compiled call of K steps."""

    compiled: Any
    convolves: bool
    spread: Spread

    def run(self, state: State, resident: Any, xs: Any, settings: tuple[Any, Any, Any]) -> tuple[State, Lost, Any]:
        """The state after it, the losses (K,) and the answers. `settings`: first step, random key, rates (K,)."""
        carry, (losses, answers) = self.compiled(*state.tree(), resident, self.spread.deal(xs, 1), *settings)
        return State(*carry), losses, answers

    def memory(self) -> int:
        """Bytes it needs at its peak, as far as the compiler tells; 0 where it does not."""
        told = self.compiled.memory_analysis()
        if told is None:
            return 0
        return int(told.argument_size_in_bytes + 1.8 * told.temp_size_in_bytes)
