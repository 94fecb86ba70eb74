"""What stands in the way, said in the log: once for each cause, and naming nobody."""

import logging
from pathlib import Path

from answerable.client.gateway import GatewayRefused
from answerable.errors import AnswerableError

_log = logging.getLogger("answerable.client")


class Told:
    """What the log was last told of one use's leases, its records and what was refused.

    Each cause is told when it begins and, once over, the next time that it does. The
    gateway's words about leases are repeated, without the token; its words about records
    are not, since they may quote one.
    """

    def __init__(self, *, use: str, token: str) -> None:
        """Begin with nothing told."""
        self._use = use
        self._token = token
        self._lease = self._records = ""
        self._refused = 0

    def lease(self, problem: AnswerableError | None) -> None:
        """Tell why no lease comes, where that has changed."""
        cause = "" if problem is None else str(problem).replace(self._token, "(token)")
        if cause not in {"", self._lease}:
            _log.warning("%s: no lease comes. %s", self._use, cause)
        self._lease = cause

    def records(self, problem: AnswerableError | None) -> None:
        """Tell why records wait, where that has changed."""
        cause = "" if problem is None else _of_records(problem)
        if cause not in {"", self._records}:
            _log.warning("%s: records wait. %s", self._use, cause)
        self._records = cause

    def refused(self, count: int, *, folder: Path) -> None:
        """Tell how many records the gateway has refused: the first, and each time it doubles."""
        if count < max(1, 2 * self._refused):
            return
        self._refused = count
        _log.warning(
            "%s: records refused by the gateway, and so not in its log: %d. "
            "They lie in %s, each with the reason.",
            self._use,
            count,
            folder / "*" / "refused.jsonl",
        )


def _of_records(problem: AnswerableError) -> str:
    if isinstance(problem, GatewayRefused):
        return f"The gateway answered with status {problem.fields['status']}. {problem.advice}"
    return str(problem)
