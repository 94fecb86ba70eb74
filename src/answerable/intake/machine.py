"""What this machine gives to the rooms above: keys, the log and its limits, mail, an address.

Rooms know no project; it tells Django under which name the machine is found. Commands and
tests that have a machine of their own pass it instead.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.module_loading import import_string

from answerable.intake.subjects import Pseudonyms
from answerable.kit.mail import Mailer
from answerable.measure.tables import Limits
from answerable.record.keys import SigningKey, VerifierKey


@dataclass(frozen=True, kw_only=True, slots=True)
class Machine:
    """The parts of an installation that are no rows of its database.

    ``log_keys`` verify the manifests of the sealed log. ``evidence`` signs measurements.
    ``mail`` is None where no mail server is set; ``site`` is where people reach the pages,
    without a slash at its end.
    """

    log: Path
    log_keys: Sequence[VerifierKey]
    limits: Limits
    pseudonyms: Pseudonyms
    evidence: SigningKey
    mail: Mailer | None
    site: str


@cache
def machine() -> Machine:
    """Give the machine of this process."""
    found: Machine = import_string(settings.INSTALLED_MACHINE)()
    return found
