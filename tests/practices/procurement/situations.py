"""Claims by name."""

from datetime import date

from answerable.practices.procurement.actions.claims import Promised
from answerable.practices.procurement.rules import Promise

PROMISED = Promised(
    metric="accuracy",
    population="People booked in a county like this one.",
    promise=Promise.AT_LEAST,
    value=0.7,
    as_of=date(2026, 1, 1),
    document="Practitioner's guide, page 12",
    sha256="d" * 64,
    every_days=180,
)
