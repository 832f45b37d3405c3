"""Monte Carlo of a net that a procedure defines itself: the flux's draws, and further streams of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from calculations.uncertainty.draws import uniforms
from calculations.uncertainty.model import GROUPS, Draws, ErrorModel, Terms
from calculations.uncertainty.simulate import CHECKED_DRAWS, Readings, Simulation, blocks_of, retained_both_ways
from calculations.uncertainty.sobol import Sampler
from calculations.uncertainty.summary import summarise

FloatArray = NDArray[np.float64]
Groups = Mapping[str, tuple[str, ...]]
_U_PLUS = 0.8413447460685429
"""Share of normal deviates below +1."""


def simulate_net(
    model: ErrorModel,
    readings: Readings,
    net_of: Callable[[Draws, Terms], FloatArray],
    *,
    further: Groups,
    seed: str,
    draws: int,
    progress: Callable[[int, int], None],
    sample: Sampler = uniforms,
) -> Simulation:
    """Distributions of gross, retained and the procedure's net; `further` groups name its own streams.

    `net_of` gets a block of draws with the model's terms of them, which cost more than all that it adds.
    """
    groups = {**GROUPS, **further}
    names = [stream for streams in groups.values() for stream in streams]
    streams, blocks = blocks_of(sample, seed, tuple(names), draws)
    gross, retained, net = np.empty(draws), np.empty(draws), np.empty(draws)
    for block, drawn in blocks:
        terms = model.terms(drawn)
        gross[block], retained[block], net[block] = terms.gross, terms.retained, net_of(drawn, terms)
        progress(block.stop, draws)
    collapsed, direct = retained_both_ways(model, readings, streams, CHECKED_DRAWS)
    return Simulation(
        draws=draws,
        gross=summarise(gross),
        retained=summarise(retained),
        net=summarise(net),
        tornado=tornado(lambda drawn: net_of(drawn, model.terms(drawn)), groups),
        check_relative=float((np.abs(collapsed - direct) / np.maximum(np.abs(direct), 1e-9)).max()),
    )


def tornado(net_of: Callable[[Draws], FloatArray], groups: Groups) -> dict[str, float]:
    """Share of each group in the variance of the net, to first order: central differences at one deviation."""
    names = [stream for streams in groups.values() for stream in streams]
    sides = {name: np.full(2 * len(names), 0.5) for name in names}
    for k, name in enumerate(names):
        sides[name][2 * k], sides[name][2 * k + 1] = 1.0 - _U_PLUS, _U_PLUS
    net = net_of(Draws(sides))
    effect = 0.5 * (net[1::2] - net[0::2])
    square = dict(zip(names, (effect * effect).tolist(), strict=True))
    variance = {group: sum(square[stream] for stream in streams) for group, streams in groups.items()}
    total = sum(variance.values())
    return {group: value / total if total > 0.0 else 0.0 for group, value in variance.items()}
