"""Client, gateway and sealer are killed under load: what was acknowledged is sealed, once."""

import os
from pathlib import Path

import pytest

from tests.project.chain import GATEWAY, PROGRAM, SEALER, empty_database, killed

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


def test_what_was_acknowledged_is_sealed_once_whichever_part_of_the_chain_is_killed(
    tmp_path: Path,
) -> None:
    server = os.environ.get("ANSWERABLE_TEST_POSTGRES")
    database = empty_database(server) if server else None
    found = killed(tmp_path, rounds=6, seed=10, longest=0.3, database=database)
    assert {GATEWAY, PROGRAM, SEALER} == set(found.kills)
    assert found.whole, found.line
    for (sentence,) in found.log["forged"]:
        assert sentence.endswith("was acknowledged and is not in the log.")
