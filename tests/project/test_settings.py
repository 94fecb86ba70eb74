"""Settings come from the environment, are typed, and are refused where they make no sense."""

from pathlib import Path

import pytest

from answerable.project.settings import NAMES, SettingMalformed, read_settings, wants_traceback


def test_without_any_setting_the_defaults_hold() -> None:
    settings = read_settings({"XDG_DATA_HOME": "/data"})
    assert Path("/data/answerable") == settings.home
    assert 256 == settings.memory_mb
    assert settings.threads >= 1
    assert settings.database is None
    assert Path("/data/answerable/checkpoints") == settings.checkpoints
    assert not wants_traceback({})


def test_every_setting_is_read() -> None:
    address = "postgresql://answerable@db.example/answerable"
    mail, site = "smtp://mail.example?sender=letters@north.example", "https://ai.north.example"
    given = ("/srv/answerable", address, "/mnt/elsewhere", mail, site, "512", "3", "1")
    values = dict(zip(NAMES, given, strict=True))
    settings = read_settings(values)
    assert address == settings.database
    assert Path("/mnt/elsewhere") == settings.checkpoints
    assert Path("/srv/answerable/keys/evidence.key") == settings.evidence_key
    assert (mail, site) == (settings.mail, settings.site)
    assert (512, 3) == (settings.memory_mb, settings.threads)
    assert wants_traceback(values)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ANSWERABLE_MEMORY_MB", "much"),
        ("ANSWERABLE_MEMORY_MB", "1"),
        ("ANSWERABLE_THREADS", "0"),
        ("ANSWERABLE_THREADS", "-2"),
        ("ANSWERABLE_THREADS", "9" * 20),
        ("ANSWERABLE_MEMORY_MB", "9" * 5000),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(SettingMalformed, match=f"{name}={value}"):
        read_settings({name: value})


@pytest.mark.parametrize("address", ["mail.example", "smtp://u:hunter2@mail.example", "http://x"])
def test_a_mail_server_is_named_in_full_and_its_password_never_repeated(address: str) -> None:
    with pytest.raises(SettingMalformed, match="ANSWERABLE_MAIL") as refused:
        read_settings({"ANSWERABLE_MAIL": address})
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("address", ["north.example", "https://north.example/", "ftp://x"])
def test_the_address_of_the_site_ends_without_a_slash(address: str) -> None:
    with pytest.raises(SettingMalformed, match="ANSWERABLE_SITE"):
        read_settings({"ANSWERABLE_SITE": address})


def test_the_password_in_a_database_address_is_never_repeated() -> None:
    with pytest.raises(SettingMalformed) as refused:
        read_settings({"ANSWERABLE_DATABASE": "mysql://me:hunter2@db.example/x"})
    assert "hunter2" not in str(refused.value)
    assert "ANSWERABLE_DATABASE" in str(refused.value)
