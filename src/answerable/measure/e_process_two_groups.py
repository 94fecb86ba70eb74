"""Evidence that one group's share fell too far below another's, whatever both of them do."""

import numpy as np

from answerable.measure.arrays import Floats, Numbers
from answerable.measure.e_process import BETS, information
from answerable.measure.two_groups import Scale

GAPS = np.geomspace(0.03, 0.45, BETS)
"""How far below the bound each bet supposes the group's share to lie."""

FORGETTING = 0.07

_LEAST, _DUST = 0.002, 1e-6


def guesses(s: Numbers, n: Numbers, *, first: float) -> Floats:
    """Guess the reference's share before each period, from what came before it alone.

    An exponentially weighted mean that starts from ``first``; a period without cases
    teaches nothing. A bad guess costs time, and never a false alarm.

    >>> guesses(np.array([0, 5]), np.array([10, 10]), first=0.5).round(3).tolist()
    [0.5, 0.465]
    """
    found = np.empty(len(n))
    guess = first
    for t, (hits, cases) in enumerate(zip(s.tolist(), n.tolist(), strict=True)):
        found[t] = guess
        if cases:
            guess += FORGETTING * (hits / cases - guess)
    return found


def two_group_gains(
    s1: Numbers,
    n1: Numbers,
    s2: Numbers,
    n2: Numbers,
    guess: Floats,
    *,
    scale: Scale,
    bound: float,
    gaps: Floats = GAPS,
) -> Floats:
    """Give the log of what each bet gains in a period, for `e_process.evidence`.

    Parameters
    ----------
    s1, n1, s2, n2
        Cases counted of cases, in the group and in the reference; arrays of one shape.
    guess
        The reference's share as guessed before each period, as `guesses` gives.
    scale, bound
        The limit that is to be kept: group over reference, or group minus reference, is
        ``bound`` or more.

    Returns
    -------
    log_gains
        Shape (..., G); 0 where a group has no case, or where a bet would lie within the
        limit.

    Notes
    -----
    Bet g supposes ``(q1, q2)`` with q2 the guess and q1 below the bound by its gap. Let
    ``(p1, p2)`` be the nearest shares within the limit, weighted by ``n1`` and ``n2``: the
    shares that Miettinen and Nurminen's score statistic would restrict ``n q`` to. Then
    ``e = prod (q/p)^s ((1 - q)/(1 - p))^(n - s)`` over both groups has a mean of at most 1
    wherever the limit is kept, since the limit is convex and ``p`` the projection on it
    [1]_. Both groups' shares may move together freely.

    References
    ----------
    .. [1] Turner, Ly and Grünwald (2024), Journal of Statistical Planning and Inference
       230:106116.

    Examples
    --------
    Guess 0.5; the group is to reach at least as much. One bet supposes 0.3. With 10 cases
    each the nearest equal shares are 0.4 and 0.4, so 3 and 5 of 10 gain
    (0.3/0.4)³ (0.7/0.6)⁷ (0.5/0.4)⁵ (0.5/0.6)⁵:

    >>> one = lambda k: np.array([k])
    >>> gained = two_group_gains(one(3), one(10), one(5), one(10), np.array([0.5]),
    ...                          scale=Scale.RATIO, bound=1.0, gaps=np.array([0.2]))
    >>> round(float(np.exp(gained[0, 0])), 3), round(0.75**3 * (7/6)**7 * 1.25**5 * (5/6)**5, 3)
    (1.522, 1.522)
    """
    s1, n1, s2, n2 = (np.asarray(v, dtype=np.float64)[..., None] for v in (s1, n1, s2, n2))
    q2 = np.clip(np.asarray(guess)[..., None], _LEAST, 1 - _LEAST)
    edge = scale.edge(q2, bound)
    q1 = np.clip(edge - gaps, _LEAST, 1 - _LEAST)
    p1, p2 = _nearest(q1, n1, q2, n2, scale=scale, bound=bound)
    gains = (
        s1 * np.log(q1 / p1)
        + (n1 - s1) * np.log((1 - q1) / (1 - p1))
        + s2 * np.log(q2 / p2)
        + (n2 - s2) * np.log((1 - q2) / (1 - p2))
    )
    bets = (n1 > 0) & (n2 > 0) & (q1 < edge)
    return np.where(bets, gains, 0.0)


def two_group_information(
    share1: float, n1: float, share2: float, n2: float, *, scale: Scale, bound: float
) -> float:
    """What a period of so many cases tells, on average, where these shares are the truth."""
    q1, q2 = (np.clip(np.array([share]), _LEAST, 1 - _LEAST) for share in (share1, share2))
    if q1[0] >= scale.edge(q2, bound)[0] or not (n1 and n2):
        return 0.0
    p1, p2 = _nearest(q1, np.array([n1]), q2, np.array([n2]), scale=scale, bound=bound)
    return float((n1 * information(q1, p1) + n2 * information(q2, p2))[0])


def _nearest(
    q1: Floats, n1: Floats, q2: Floats, n2: Floats, *, scale: Scale, bound: float
) -> tuple[Floats, Floats]:
    """Project the supposed shares on the limit, weighted by the cases."""
    w1, w2 = np.maximum(n1, 1e-9), np.maximum(n2, 1e-9)
    p2 = scale.restricted(w1 * q1, w1, w2 * q2, w2, np.broadcast_to(float(bound), q1.shape))
    p1 = scale.group_share(p2, bound)
    return np.clip(p1, _DUST, 1 - _DUST), np.clip(p2, _DUST, 1 - _DUST)
