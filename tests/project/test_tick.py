"""What falls due in an installation, done with the keys and folders that it has."""

from pathlib import Path

import pytest

from answerable.intake import sealing
from answerable.intake.models import Segment
from answerable.intake.retention_limits import set_retention
from answerable.practices.competence.models import KnownCase
from answerable.project import keys
from answerable.project.settings import read_settings
from answerable.project.tick import Chores
from tests.intake.log_situations import SEALER
from tests.inventory.situations import DAY, NINE, OWNER, USE, a_use
from tests.practices.competence.situations import FORTY, known_cases

pytestmark = pytest.mark.django_db(databases="__all__")


def test_what_was_taken_from_the_log_goes_with_the_record_that_retention_deletes(
    tmp_path: Path,
) -> None:
    settings = read_settings({"ANSWERABLE_HOME": str(tmp_path)})
    held = keys.make_missing(settings.keys, installation="ai.north.example", at=NINE)
    chores = Chores(settings=settings, held=held, fits=lambda: True)
    [retention] = [job for job in chores.jobs if job.name == "retention"]
    a_use()
    known_cases(FORTY)
    sealing.seal(log=settings.log, upto=2**62, key=held.receipts, by=SEALER, at=NINE)
    set_retention(use=USE, days=30, by=OWNER, at=NINE)
    retention.run(NINE + 30 * DAY)
    assert (0, 40) == (Segment.objects.exclude(deleted_at=None).count(), KnownCase.objects.count())
    retention.run(NINE + 31 * DAY)
    assert Segment.objects.exclude(deleted_at=None).exists()
    assert not KnownCase.objects.exists()
