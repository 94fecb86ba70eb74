"""When evidence is an alarm: one stream's, or that of all streams together."""

import numpy as np

from answerable.measure.arrays import Floats

_AMBER = 2.0


def red_from(*, weight: float, alpha: float) -> float:
    """Give the evidence from which a stream is in breach of its limit.

    Parameters
    ----------
    weight
        The stream's part of the budget, in (0, 1]; those of all streams sum to 1 or less.
    alpha
        The chance of any false alarm in the horizon, on any stream.

    Notes
    -----
    ``1 / (alpha weight)``: by Ville each stream errs with a chance of at most ``alpha
    weight``, and those add up to ``alpha`` whatever the streams have to do with each other.

    Examples
    --------
    Four streams of one weight, 5 %: 1 / (0.05 x 0.25) = 80.

    >>> round(red_from(weight=0.25, alpha=0.05))
    80
    """
    return 1 / (alpha * weight)


def amber_from(*, weight: float) -> float:
    """Give the evidence from which a person looks: any false one at most every other horizon.

    >>> amber_from(weight=0.25)
    8.0
    """
    return _AMBER / weight


def system_evidence(streams: Floats, weights: Floats) -> Floats:
    """Join the evidence of all streams: something is wrong, wherever it is.

    ``streams`` has shape (K, ...), ``weights`` (K,). The weighted mean of e-processes is
    one, where every stream keeps its limit given the past of all of them. Alarm from
    ``1 / alpha`` on, never later than the first stream's own.

    >>> float(system_evidence(np.array([30.0, 14.0]), np.array([0.5, 0.5])))
    22.0
    """
    shaped = weights.reshape(-1, *([1] * (streams.ndim - 1)))
    return np.asarray((streams * shaped).sum(axis=0) + max(0.0, 1 - float(weights.sum())))
