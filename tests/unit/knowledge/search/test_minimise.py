"""The optimiser finds what is known."""

from __future__ import annotations

import numpy as np

from knowledge.search.minimise import minimise


def test_the_lowest_point_of_a_long_valley_is_found() -> None:
    steep = np.array([1.0, 100.0, 10_000.0])
    wanted = np.array([3.0, -2.0, 0.5])

    def loss(at: np.ndarray) -> tuple[float, np.ndarray]:
        return float(steep @ (at - wanted) ** 2) + 1.0, 2 * steep * (at - wanted)

    assert np.allclose(minimise(loss, np.zeros(3), steps=200), wanted, atol=0.01)


def test_it_stops_where_there_is_nothing_to_gain() -> None:
    calls = []

    def loss(at: np.ndarray) -> tuple[float, np.ndarray]:
        calls.append(1)
        return 0.0, np.zeros_like(at)

    assert minimise(loss, np.ones(2), steps=50).tolist() == [1.0, 1.0] and len(calls) == 1
