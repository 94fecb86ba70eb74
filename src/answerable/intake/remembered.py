"""Tokens that a writer remembers from one commit to the next, until anybody is unlinked."""

from collections.abc import Iterable, Mapping

from answerable.intake.hot.store import Head, Store

# About 60 MB; beyond it all are forgotten, and asked for again as they come.
MOST_KEPT = 250_000


class Remembered:
    """The tokens of people who were met before, each by the lookup of its row.

    Asking the database for them took a sixth of a commit's time. They hold for as long as
    nobody was unlinked, which the head tells under its lock: so no record is ever stored
    under a token that no longer leads to anybody. One writer's own.
    """

    def __init__(self) -> None:
        """Know nobody yet."""
        self._tokens: dict[bytes, str] = {}
        self._unlinked = self._commits = 0

    def tokens(self, lookups: Iterable[bytes], *, head: Head, store: Store) -> dict[bytes, str]:
        """Give the tokens of those who have one, in the transaction that locked ``head``."""
        # Fewer commits than before: the database was put back to an older copy.
        other = head.unlinked != self._unlinked or head.commits < self._commits
        if other or len(self._tokens) > MOST_KEPT:
            self._tokens.clear()
        self._unlinked, self._commits = head.unlinked, head.commits
        known = self._tokens
        found = {place: known[place] for place in lookups if place in known}
        others = [place for place in lookups if place not in found]
        if others:
            asked = {place: token.hex() for place, token in store.tokens(others).items()}
            known.update(asked)
            found.update(asked)
        return found

    def add(self, tokens: Mapping[bytes, str], *, head: Head) -> None:
        """Remember people whose rows are durable since the commit that ``head`` counts."""
        self._tokens.update(tokens)
        self._commits = head.commits
