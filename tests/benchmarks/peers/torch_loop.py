"""PyTorch: rows resident as tensors, the fused Adam, convolutions with channels last; eager, or compiled."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from tests.benchmarks.trained import Run, Trained
from tests.benchmarks.works import COMPILED, Work, read

ENOUGH = 1.0
"""Seconds that are timed at the least, in whole epochs after a first one; its speed does not depend on them."""

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"

CALLED = torch.cuda.get_device_name() if DEVICE == "cuda" else DEVICE

MODES = ("reduce-overhead", "default") if DEVICE == "cuda" else ("default",)
"""How it is compiled, the quicker first: on a GPU as a recorded graph, where all of a network can be recorded."""

Loss = Callable[[torch.Tensor], torch.Tensor]


def side(name: str, folder: Path) -> Run:
    work, x, y = read(folder)
    if DEVICE == "cuda":
        torch.set_float32_matmul_precision("high")  # as JAX multiplies there
    inputs, targets = _tensors(x, y)
    model = Network(work).to(DEVICE)
    if inputs.ndim == 4:
        model = model.to(memory_format=torch.channels_last)
    rule = torch.optim.Adam(model.parameters(), 1e-3, eps=1e-7, fused=True)
    criterion: Any = nn.CrossEntropyLoss() if work.classes else nn.MSELoss()
    half = work.precision == "bfloat16"

    def loss_of(rows: torch.Tensor) -> torch.Tensor:
        with torch.autocast(DEVICE, torch.bfloat16, enabled=half):
            return criterion(model(inputs[rows]), targets[rows])

    def learn(loss: Loss, rows: torch.Tensor) -> None:
        torch.compiler.cudagraph_mark_step_begin()
        rule.zero_grad(set_to_none=True)
        loss(rows).backward()

    first = torch.arange(work.batch, device=DEVICE)
    loss = _compiled(loss_of, lambda loss: learn(loss, first)) if name == COMPILED else loss_of
    steps = work.rows // work.batch

    def epoch(number: int) -> float:
        order = torch.from_numpy(np.random.default_rng(number).permutation(work.rows)[: steps * work.batch]).to(DEVICE)
        for rows in order.view(steps, work.batch):
            learn(loss, rows)
            rule.step()
        if DEVICE == "cuda":
            torch.cuda.synchronize()
        return time.perf_counter()

    def run(_: int) -> Trained:
        moments = [epoch(0), epoch(1)]
        while moments[-1] - moments[0] < ENOUGH:
            moments.append(epoch(len(moments)))
        count = sum(weights.numel() for weights in model.parameters())
        examples = steps * work.batch * (len(moments) - 1)
        return Trained(examples, moments[0], moments[-1], count, CALLED)

    return run


def _compiled(loss_of: Loss, learn: Callable[[Loss], None]) -> Loss:
    """The loss compiled in the first way in which one can `learn` from it."""
    for mode in MODES[:-1]:
        loss = torch.compile(loss_of, mode=mode)
        try:
            for _ in range(3):  # warmed up, recorded, played
                learn(loss)
        except RuntimeError:
            traceback.print_exc()
            torch.compiler.reset()
        else:
            return loss
    return torch.compile(loss_of, mode=MODES[-1])


def _tensors(x: np.ndarray, y: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
    inputs = torch.from_numpy(x).to(DEVICE)
    if inputs.ndim == 4:
        inputs = inputs.permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last)
    return inputs, torch.from_numpy(y).to(DEVICE)


class Network(nn.Module):
    """The layers of a work, one after the other."""

    def __init__(self, work: Work) -> None:
        super().__init__()
        self.one = not work.classes
        shape, layers = work.shape, []
        for place, (kind, number) in enumerate(work.layers):
            made, shape = _layer(kind, number, shape)
            layers += made
            if kind == "dense" and place < len(work.layers) - 1:
                layers.append(nn.ReLU())
        self.layers = nn.Sequential(*layers)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out = self.layers(x)
        return out[:, 0] if self.one else out


def _layer(kind: str, number: float, shape: tuple[int, ...]) -> tuple[list[nn.Module], tuple[int, ...]]:
    """What computes a layer, and the shape of what comes out."""
    wide, given = int(number), shape[-1]
    match kind:
        case "dense":
            return [nn.Linear(given, wide)], (wide,)
        case "conv":
            return [nn.Conv2d(given, wide, 3), nn.ReLU()], (shape[0] - 2, shape[1] - 2, wide)
        case "lstm":
            return [_Last(nn.LSTM(given, wide, batch_first=True))], (wide,)
        case "pool":
            return [nn.MaxPool2d(2)], (shape[0] // 2, shape[1] // 2, given)
        case "flatten":
            return [nn.Flatten()], (int(np.prod(shape)),)
        case "mean":
            return [nn.AdaptiveAvgPool2d(1), nn.Flatten()], (given,)
        case "stem":
            return [_normalized(given, wide, 3, 1), nn.ReLU()], (*shape[:2], wide)
        case "residual":
            strides = 1 if given == wide else 2
            return [_Residual(given, wide, strides)], (-(-shape[0] // strides), -(-shape[1] // strides), wide)
    return [nn.Dropout(number)], shape


def _normalized(given: int, wide: int, size: int, strides: int) -> nn.Module:
    convolution = nn.Conv2d(given, wide, size, strides, padding=size // 2, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(wide, eps=1e-3, momentum=0.01))


class _Residual(nn.Module):
    def __init__(self, given: int, wide: int, strides: int) -> None:
        super().__init__()
        first, second = _normalized(given, wide, 3, strides), _normalized(wide, wide, 3, 1)
        self.inner = nn.Sequential(first, nn.ReLU(), second)
        self.around = nn.Identity() if strides == 1 else _normalized(given, wide, 1, strides)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.inner(x) + self.around(x))


class _Last(nn.Module):
    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.inner(x)[0][:, -1]
