"""Who may consider a challenge, and what must have happened before it is decided or closed."""

from collections.abc import Collection, Iterable

from answerable.practices.remedy.rules.states import ElementState


def bar_to_review(
    reviewer: str,
    *,
    owners: Collection[str],
    deciders: Collection[str],
    tokens: Collection[str],
    shown: Collection[str],
) -> str:
    """Say what keeps somebody from considering a challenge; empty where nothing does.

    Parameters
    ----------
    owners
        Whoever owns the use, or has owned it.
    deciders, tokens
        The tokens of those who took the decision, and those the reviewer may have in the log.
    shown
        Whoever has been shown what was decided.

    Examples
    --------
    >>> bar_to_review("account/7", owners=(), deciders=["c3"], tokens=["c3"], shown=())
    'they took the decision that is challenged'
    """
    if reviewer in owners:
        return "they own the use, or have owned it"
    if set(tokens) & set(deciders):
        return "they took the decision that is challenged"
    if reviewer in shown:
        return "they have been shown what was decided, and would not look afresh"
    return ""


def bar_to_close(*, overturned: bool, elements: Iterable[ElementState], looked_back: bool) -> str:
    """Say what keeps a decided challenge from being closed; empty where nothing does.

    >>> bar_to_close(overturned=True, elements=[ElementState.PROMISED], looked_back=True)
    'a remedy is promised and not complete'
    """
    states = list(elements)
    if overturned and not states:
        return "no remedy was named for the harm"
    if ElementState.DISPUTED in states:
        return "the person disputes that a remedy is complete"
    if ElementState.PROMISED in states:
        return "a remedy is promised and not complete"
    if overturned and not looked_back:
        return "the look-back for others hit by the same fault is not done"
    return ""
