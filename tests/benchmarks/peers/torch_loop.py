"""PyTorch: rows resident as tensors, the fused Adam, convolutions with channels last; eager, or compiled."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from tests.benchmarks.works import COMPILED, Work, read

EPOCHS = 2
"""One to warm up and one that counts; its speed does not depend on how many there are."""

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


def side(name: str, folder: Path) -> Callable[[], float]:
    work, x, y = read(folder)
    inputs, targets = _tensors(work, x, y)
    model = _Network(work).to(DEVICE)
    if inputs.ndim == 4:
        model = model.to(memory_format=torch.channels_last)
    rule = torch.optim.Adam(model.parameters(), 1e-3, eps=1e-7, fused=True)
    criterion: Any = nn.CrossEntropyLoss() if work.classes else nn.MSELoss()

    def loss_of(rows: torch.Tensor) -> torch.Tensor:
        return criterion(model(inputs[rows]), targets[rows])

    loss = torch.compile(loss_of) if name == COMPILED else loss_of
    steps = work.rows // work.batch

    def epoch(number: int) -> float:
        order = torch.from_numpy(np.random.default_rng(number).permutation(work.rows)[: steps * work.batch]).to(DEVICE)
        for rows in order.view(steps, work.batch):
            rule.zero_grad(set_to_none=True)
            loss(rows).backward()
            rule.step()
        if DEVICE == "cuda":
            torch.cuda.synchronize()
        return time.perf_counter()

    def run() -> float:
        moments = [epoch(number) for number in range(EPOCHS)]
        return steps * work.batch * (EPOCHS - 1) / (moments[-1] - moments[0])

    return run


def _tensors(work: Work, x: np.ndarray, y: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
    inputs = torch.from_numpy(x).to(DEVICE)
    if inputs.ndim == 4:
        inputs = inputs.permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last)
    return inputs, torch.from_numpy(y).to(DEVICE)


class _Network(nn.Module):
    def __init__(self, work: Work) -> None:
        super().__init__()
        self.one = not work.classes
        shape, layers = work.shape, []
        for place, (kind, number) in enumerate(work.layers):
            wide = int(number)
            if kind == "dense":
                layers.append(nn.Linear(shape[-1], wide))
                layers += [nn.ReLU()] if place < len(work.layers) - 1 else []
                shape = (wide,)
            elif kind == "conv":
                layers += [nn.Conv2d(shape[-1], wide, 3), nn.ReLU()]
                shape = (shape[0] - 2, shape[1] - 2, wide)
            elif kind == "lstm":
                layers.append(_Last(nn.LSTM(shape[-1], wide, batch_first=True)))
                shape = (wide,)
            elif kind == "pool":
                layers.append(nn.MaxPool2d(2))
                shape = (shape[0] // 2, shape[1] // 2, shape[2])
            elif kind == "flatten":
                layers.append(nn.Flatten())
                shape = (int(np.prod(shape)),)
            else:
                layers.append(nn.Dropout(number))
        self.layers = nn.Sequential(*layers)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out = self.layers(x)
        return out[:, 0] if self.one else out


class _Last(nn.Module):
    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.inner(x)[0][:, -1]
