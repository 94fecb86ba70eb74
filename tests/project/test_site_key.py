"""The secret of the site's cookies: kept with the keys, and closed to others."""

import stat
from pathlib import Path

from answerable.project import site_key


def test_a_restart_finds_the_same_secret(tmp_path: Path) -> None:
    site_key.make_missing(tmp_path)
    kept = site_key.read_or_passing(tmp_path)
    site_key.make_missing(tmp_path)
    assert kept == site_key.read_or_passing(tmp_path)
    assert len(kept) >= 50


def test_nobody_else_on_the_machine_reads_it(tmp_path: Path) -> None:
    site_key.make_missing(tmp_path)
    assert 0o600 == stat.S_IMODE((tmp_path / site_key.FILE).stat().st_mode)


def test_two_installations_never_share_it_and_none_is_made_by_looking(tmp_path: Path) -> None:
    first, second = (site_key.read_or_passing(tmp_path) for _ in range(2))
    assert first != second
    assert [] == list(tmp_path.iterdir())
