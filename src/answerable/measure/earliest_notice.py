"""After how many cases a breach would be noticed: what a monitor cannot see, said in advance."""

import math


def earliest_notice(*, information: float, cases: float, alpha: float, weight: float) -> float:
    """Plan how long a breach of a given size would last before it is noticed.

    Parameters
    ----------
    information
        What one case tells about the breach, in nats, as `e_process.information` gives.
    cases
        Cases within the horizon.
    alpha, weight
        The budget of false alarms, and the stream's part of it.

    Returns
    -------
    float
        Cases from the breach to the alarm, on average and within about a tenth; infinite
        where the horizon holds too few for an alarm: such a breach would probably not be
        noticed, which is a *cannot say* and no good news.

    Notes
    -----
    ``1.1 log(N I / (2 alpha u)) / I``: the bet begun nearest to the breach has a stake of
    about ``2 / (N I)`` and must grow to ``1 / (alpha u)``; the tenth was fitted to
    simulations (METHODS 4.5). No detector is quicker than ``log(N / alpha) / I`` to first
    order [1]_.

    References
    ----------
    .. [1] Lai (1998), IEEE Transactions on Information Theory 44:2917-2929.

    Examples
    --------
    A floor of 0.7 and a fall to 0.6: 0.0226 nats a case. Of 100,000 cases,
    1.1 x log(100000 x 0.0226 / 0.1) / 0.0226 = 488:

    >>> nats = 0.6 * math.log(0.6 / 0.7) + 0.4 * math.log(0.4 / 0.3)
    >>> round(earliest_notice(information=nats, cases=100_000, alpha=0.05, weight=1.0))
    488
    """
    if information <= 0 or cases <= 0:
        return math.inf
    odds = cases * information / (2 * alpha * weight)
    needed = 1.1 * math.log(odds) / information if odds > 1 else math.inf
    return needed if needed <= cases else math.inf
