"""Evidence, growing with every period, that a mean fell below its floor: a restart e-process.

A ceiling is a floor on what is left over: ``n - s`` of ``n`` against ``1 - limit``.
"""

from dataclasses import dataclass

import numpy as np

from answerable.measure.arrays import Floats, Integers, Numbers

BETS = 5
NEAREST, FARTHEST = 0.03, 0.4
AT_LAUNCH = 0.2
"""The share of each bet's stake that is placed on a breach from the first period on."""

_MOST_LOG = 690.0
_MOST = 1e299


@dataclass(frozen=True, kw_only=True, slots=True)
class Bets:
    """Bets against a floor: each gains where the mean is below its ``alternatives`` or near.

    ``alternatives`` has shape (G,), each above 0 and below ``floor``.
    """

    floor: float
    alternatives: Floats

    def log_gains(self, s: Numbers, n: Numbers) -> Floats:
        """The log of what each bet gains in a period: ``s`` of ``n``; shape (..., G)."""
        q, kept = self.alternatives, np.asarray(s, dtype=np.float64)[..., None]
        lost = np.asarray(n, dtype=np.float64)[..., None] - kept
        gains = kept * np.log(q / self.floor) + lost * np.log((1 - q) / (1 - self.floor))
        return np.asarray(gains, dtype=np.float64)

    @property
    def information(self) -> Floats:
        """What each bet gains in a case, on average, where its alternative is the truth."""
        return information(self.alternatives, self.floor)


def information(share: Floats, limit: Floats | float) -> Floats:
    """Kullback and Leibler's distance of a share from a limit, in nats a case."""
    inside = np.clip(np.asarray(share, dtype=np.float64), 1e-12, 1 - 1e-12)
    told = inside * np.log(inside / limit) + (1 - inside) * np.log((1 - inside) / (1 - limit))
    return np.asarray(told)


def bets_below(floor: float, *, bets: int = BETS) -> Bets:
    """Spread bets over means below a floor, from near to far in equal ratios.

    >>> [round(float(q), 3) for q in bets_below(0.7).alternatives]
    [0.67, 0.643, 0.59, 0.491, 0.3]
    """
    farthest = min(FARTHEST, 0.8 * floor)
    gaps = np.geomspace(min(NEAREST, farthest / 2), farthest, bets)
    return Bets(floor=floor, alternatives=floor - gaps)


def stakes(periods: int, *, starts_every: Integers) -> Floats:
    """Fix in advance what is staked before each period: shape (periods, G), columns sum to 1.

    A fifth is staked at launch, the rest evenly over later starts, one in so many periods:
    a breach is met by a bet that began shortly before it.

    >>> stakes(4, starts_every=np.array([2]))[:, 0].round(3).tolist()
    [0.6, 0.0, 0.4, 0.0]
    """
    each = np.clip(starts_every, 1, max(1, periods))
    begins = np.arange(periods)[:, None] % each == 0
    placed = np.where(begins, (1 - AT_LAUNCH) / begins.sum(axis=0), 0.0)
    placed[0] += AT_LAUNCH
    return np.asarray(placed)


def starts_every(bets: Bets, *, cases: float, periods: int) -> Integers:
    """Say in how many periods of so many cases each bet starts anew: it takes time to gain."""
    wanted = np.round(2 / bets.information / max(cases, 1e-9))
    return np.clip(wanted, 1, max(1, periods // 20)).astype(np.int64)


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """What some periods in a row do to the capital: ``s`` becomes ``exp(log_gain) s + grown``.

    Blocks of following periods join to one, in whatever order they are put together.
    """

    log_gain: Floats
    grown: Floats
    placed: Floats

    def then(self, later: "Block") -> "Block":
        """Join the block of the periods that follow."""
        with np.errstate(divide="ignore"):
            gained = np.exp(np.minimum(later.log_gain + np.log(self.grown), _MOST_LOG))
        return Block(
            log_gain=self.log_gain + later.log_gain,
            grown=np.minimum(gained + later.grown, _MOST),
            placed=self.placed + later.placed,
        )

    @property
    def evidence(self) -> Floats:
        """The capital at the end, from 1 at the start, were this all there is."""
        return np.asarray((self.grown + np.maximum(1 - self.placed, 0.0)).mean(axis=-1))


def block_of(log_gains: Floats, staked: Floats) -> Block:
    """Make the block of one period: gains and stakes of shape (..., G)."""
    grown = np.minimum(staked * np.exp(np.minimum(log_gains, _MOST_LOG)), _MOST)
    return Block(log_gain=log_gains, grown=grown, placed=staked)


def evidence(log_gains: Floats, staked: Floats) -> Floats:
    """Say after each period how strongly the data so far speak against the floor.

    Parameters
    ----------
    log_gains
        Shape (..., T, G): T periods in their order, and G bets, as `Bets.log_gains` gives.
    staked
        Shape (T, G), fixed in advance, as `stakes` gives.

    Returns
    -------
    W
        Shape (..., T). 1: nothing; 20: if the mean never was below its floor, W would get
        as far with a chance of at most one in twenty, however often it is looked at.

    Notes
    -----
    ``S_g <- (S_g + w_g(t)) e_g``, ``W = mean_g(S_g + what is not staked yet)``; the bet g
    gains ``e = (q/L)^s ((1 - q)/(1 - L))^(n - s)``. Where E[x | past] >= L for every case,
    W is a supermartingale from 1, so P(ever W >= c) <= 1/c (Ville 1939). Nothing else is
    assumed of the cases. The recursion is that of Shin, Ramdas and Rinaldo's e-detectors
    [1]_; the stakes spread over start times make its threshold a chance within the horizon.

    References
    ----------
    .. [1] Shin, Ramdas and Rinaldo (2024), E-detectors, New England Journal of Statistics
       in Data Science 2:229-260.

    Examples
    --------
    One bet on 0.25 against a floor of 0.5, all staked at once. Two failures gain
    (0.75/0.5)² = 2.25, the success that follows 0.25/0.5:

    >>> bets = Bets(floor=0.5, alternatives=np.array([0.25]))
    >>> gains = bets.log_gains(np.array([0, 1]), np.array([2, 1]))
    >>> [float(w) for w in evidence(gains, np.array([[1.0], [0.0]]))]
    [2.25, 1.125]
    """
    periods = log_gains.shape[-2]
    found = np.empty(log_gains.shape[:-1])
    capital: Block | None = None
    for t in range(periods):
        here = block_of(
            log_gains[..., t, :], np.broadcast_to(staked[t], log_gains[..., t, :].shape)
        )
        capital = here if capital is None else capital.then(here)
        found[..., t] = capital.evidence
    return found


def onset(log_gains: Floats, staked: Floats) -> int:
    """Give the period from which the bets that won most began: about when it went wrong.

    ``log_gains`` has shape (T, G). At the end, the bets begun at period j hold
    ``sum_g w_g(j) prod(e_g from j on)``; j is where that is largest.
    """
    from_here = np.cumsum(log_gains[::-1], axis=0)[::-1]
    with np.errstate(divide="ignore"):
        held = np.log(staked) + from_here
    return int(np.argmax(np.logaddexp.reduce(held, axis=1)))
