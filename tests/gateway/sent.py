"""What software sends to the gateway in these tests; no web framework is needed for it."""

AGENCY = "north"
USE = "north.benefit-check"
VERSION = "ab" * 32
TOKEN = "ans_00000000_of-the-tests"  # noqa: S105 - it opens nothing anywhere


def a_decision(number: int = 1, **changes: object) -> dict[str, object]:
    """A decision as software sends it."""
    return {
        "source": "desk-1",
        "id": f"d-{number}",
        "use": USE,
        "occurred_at": "2026-11-23T10:00:00Z",
        "version": VERSION,
        "person": f"person-{number}",
        "outcome": "granted",
        **changes,
    }
