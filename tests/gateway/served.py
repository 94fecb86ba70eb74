"""A gateway in a process of its own, for uvicorn: one open use, keys from the home folder."""

import os

import django
from starlette.types import ASGIApp


def application() -> ASGIApp:
    """Build it as `answerable.project` does, with a gate that is always open."""
    django.setup()
    from answerable.gateway.app import MachineClock, Parts, build  # noqa: PLC0415
    from answerable.intake.subjects import Pseudonyms  # noqa: PLC0415
    from answerable.record.keys import SigningKey  # noqa: PLC0415
    from tests.gateway.sent import TOKEN  # noqa: PLC0415
    from tests.gateway.situations import AGate, token_facts  # noqa: PLC0415

    return build(
        Parts(
            gate=AGate(),
            find_token=lambda secret, _at: token_facts() if secret == TOKEN else None,
            fits=lambda: True,
            pseudonyms=Pseudonyms(lookup=b"l" * 32, encryption=b"e" * 32),
            leases=SigningKey.parse(os.environ["LEASES_KEY"]),
            receipts=SigningKey.parse(os.environ["RECEIPTS_KEY"]),
            clock=MachineClock(),
        )
    )
