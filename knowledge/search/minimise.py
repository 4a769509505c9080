"""L-BFGS with a backtracking line search, for a smooth convex loss of many parameters.

scipy's L-BFGS-B spends a third of the training on bounds we do not have.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]
_MEMORY, _SUFFICIENT, _SMALL = 10, 1e-4, 1e-5


def minimise(loss: Callable[[Vector], tuple[float, Vector]], start: Vector, *, steps: int) -> Vector:
    """The parameters after at most ``steps`` steps, or earlier once a step gains less than a hundred-thousandth."""
    at, (value, slope) = start, loss(start)
    history: deque[tuple[Vector, Vector, float]] = deque(maxlen=_MEMORY)
    for number in range(steps):
        direction = -_scaled(slope, history)
        descent = float(slope @ direction)
        if descent >= 0:
            return at
        length = 1.0 if history else min(1.0, 1.0 / float(np.abs(slope).sum()))
        for _ in range(25):
            new = at + length * direction
            new_value, new_slope = loss(new)
            if new_value <= value + _SUFFICIENT * length * descent:
                break
            length /= 2
        else:
            return at
        moved, turned = new - at, new_slope - slope
        if (product := float(moved @ turned)) > 1e-10:
            history.append((moved, turned, product))
        gained, at, value, slope = value - new_value, new, new_value, new_slope
        if number > 5 and gained < _SMALL * abs(value):
            break
    return at


def _scaled(slope: Vector, history: deque[tuple[Vector, Vector, float]]) -> Vector:
    """The slope times the approximate inverse Hessian (two-loop recursion)."""
    result, factors = slope.copy(), []
    for moved, turned, product in reversed(history):
        factor = float(moved @ result) / product
        result -= factor * turned
        factors.append(factor)
    if history:
        _, turned, product = history[-1]
        result *= product / float(turned @ turned)
    for (moved, turned, product), factor in zip(history, reversed(factors), strict=True):
        result += (factor - float(turned @ result) / product) * moved
    return result
