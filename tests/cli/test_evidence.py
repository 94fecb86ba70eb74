"""Evidence: another run recomputes it, and whatever was changed is named."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from answerable.record import envelopes, statements
from answerable.record.keys import SigningKey
from tests.cli.conftest import Command
from tests.cli.situations import OFFICES, equal_treatment, saved, unequal_treatment
from tests.measure.tables.situations import a_parquet

EVIDENCE = Path("evidence.json")


def evidence_of(answerable: Command, data: Path) -> Path:
    answerable("audit", data, *OFFICES, "--evidence", EVIDENCE)
    return EVIDENCE


def flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 0x01
    path.write_bytes(content)


def test_the_evidence_of_another_run_matches(answerable: Command) -> None:
    evidence = evidence_of(answerable, unequal_treatment())
    done = answerable("reproduce", evidence)
    assert 0 == done.status
    assert done.out.startswith("matches\n")


def test_a_stranger_without_the_signers_keys_can_recompute(
    answerable: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    data = unequal_treatment()
    evidence = evidence_of(answerable, data)
    elsewhere = tmp_path / "elsewhere.csv"
    data.rename(elsewhere)
    monkeypatch.setenv("ANSWERABLE_HOME", str(tmp_path / "stranger"))
    done = answerable("reproduce", evidence, "--data", elsewhere)
    assert 0 == done.status
    assert "compare it with the signer's" in done.out


def test_data_that_cannot_be_found_are_asked_for(answerable: Command) -> None:
    data = unequal_treatment()
    evidence = evidence_of(answerable, data)
    data.unlink()
    done = answerable("reproduce", evidence)
    assert 2 == done.status
    assert "--data" in done.err


def test_one_changed_byte_of_data_is_named_with_what_it_changes(answerable: Command) -> None:
    data = unequal_treatment()
    evidence = evidence_of(answerable, data)
    text = data.read_text("utf-8")
    data.write_text(text.replace("north,1", "north,0", 1), "utf-8")
    done = answerable("reproduce", evidence)
    assert 1 == done.status
    assert "does not match" in done.out
    assert "data: decisions.csv has SHA-256" in done.out
    assert "the evidence says 500, recomputed 499" in done.out


@pytest.mark.parametrize("share", [0.0, 0.01, 0.1, 0.3, 0.6, 0.9, 0.98, 1.0])
def test_a_byte_of_parquet_that_breaks_the_file_is_a_difference_and_no_bad_use(
    answerable: Command, share: float
) -> None:
    data = a_parquet(
        Path(),
        "SELECT ['n', 's'][1 + i % 2] AS office, i % 3 AS granted FROM range(9000) t(i) "
        "WHERE i % 3 < 2",
    )
    evidence = evidence_of(answerable, data)
    flip(data, int(share * (data.stat().st_size - 1)))
    done = answerable("reproduce", evidence)
    assert 1 == done.status
    assert "data: decisions.parquet has SHA-256" in done.out


def test_data_that_were_damaged_do_not_match(answerable: Command) -> None:
    data = unequal_treatment()
    evidence = evidence_of(answerable, data)
    data.write_text(data.read_text("utf-8").replace("north,1", "north,?", 1), "utf-8")
    done = answerable("reproduce", evidence)
    assert 1 == done.status
    assert "cannot be audited any more" in done.out


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(share=st.floats(0, 1, exclude_max=True))
def test_one_changed_byte_of_the_evidence_is_noticed(answerable: Command, share: float) -> None:
    evidence = evidence_of(answerable, equal_treatment())
    flip(evidence, int(share * evidence.stat().st_size))
    for command in ("reproduce", "verify"):
        done = answerable(command, evidence)
        assert 1 == done.status
        assert done.out


def test_a_false_figure_signed_anew_is_still_found(answerable: Command) -> None:
    # Whoever changes a figure can sign the file with a key of their own.
    evidence = evidence_of(answerable, unequal_treatment())
    true = statements.statement_in(envelopes.read(evidence.read_bytes()))
    payload = true.to_payload().replace(b'"verdict":"not_met"', b'"verdict":"met"')
    forged = statements.Statement.from_payload(payload)
    envelope = statements.sign(forged, keys=[SigningKey.make("forger")])
    evidence.write_bytes(envelope.to_bytes())
    done = answerable("reproduce", evidence)
    assert 1 == done.status
    assert "the evidence says 'met', recomputed 'not_met'" in done.out


def test_a_false_digest_inside_the_result_is_found_too(answerable: Command) -> None:
    evidence = evidence_of(answerable, unequal_treatment())
    true = statements.statement_in(envelopes.read(evidence.read_bytes()))
    payload = re.sub(rb'"digest":"sha256:[0-9a-f]{4}', b'"digest":"sha256:0000', true.to_payload())
    forged = statements.Statement.from_payload(payload)
    envelope = statements.sign(forged, keys=[SigningKey.make("forger")])
    evidence.write_bytes(envelope.to_bytes())
    done = answerable("reproduce", evidence)
    assert 1 == done.status
    assert "data.digest: the evidence says 'sha256:0000" in done.out


def test_files_of_one_name_in_two_folders_are_both_compared(answerable: Command) -> None:
    for year, rows in (("2023", "north,1\n"), ("2024", "north,0\n")):
        Path(year).mkdir()
        saved(f"office,granted,note\nnorth,1,a\nsouth,0,a\n{rows.strip()},b\n", f"{year}/d.csv")
    answerable("audit", "20*/d.csv", *OFFICES, "--evidence", EVIDENCE)
    assert 0 == answerable("reproduce", EVIDENCE, "--data", "20*/d.csv").status
    changed = Path("2023/d.csv")
    changed.write_text(changed.read_text("utf-8").replace(",b", ",c"), "utf-8")
    done = answerable("reproduce", EVIDENCE, "--data", "20*/d.csv")
    assert 1 == done.status
    assert "data: 2023/d.csv is" in done.out


def test_the_result_is_also_json(answerable: Command) -> None:
    evidence = evidence_of(answerable, equal_treatment())
    document = json.loads(answerable("reproduce", evidence, "--json", "-").out)
    assert (True, []) == (document["matches"], document["problems"])


def test_evidence_holds_no_path_of_the_machine_that_made_it(
    answerable: Command, tmp_path: Path
) -> None:
    data = equal_treatment().absolute()
    evidence = evidence_of(answerable, data)
    assert str(tmp_path).encode() not in envelopes.read(evidence.read_bytes()).payload


def test_no_command_writes_over_what_it_reads_or_over_the_key(
    answerable: Command, tmp_path: Path
) -> None:
    data = equal_treatment()
    evidence = evidence_of(answerable, data)
    key = tmp_path / "home" / "keys" / "evidence.key"
    before = [path.read_bytes() for path in (data, evidence, key)]
    for words in (
        ("reproduce", evidence, "--json", data),
        ("reproduce", evidence, "--json", evidence),
        ("verify", evidence, "--json", evidence),
        ("verify", evidence, "--json", key),
        ("audit", data, *OFFICES, "--json", key),
    ):
        assert 2 == answerable(*words).status
    assert before == [path.read_bytes() for path in (data, evidence, key)]


def test_a_broken_key_file_is_no_failed_verification(answerable: Command, tmp_path: Path) -> None:
    evidence = evidence_of(answerable, equal_treatment())
    (tmp_path / "home" / "keys" / "evidence.key").chmod(0o644)
    assert 2 == answerable("verify", evidence).status


def test_an_earlier_checkpoint_says_nothing_about_evidence(answerable: Command) -> None:
    evidence = evidence_of(answerable, equal_treatment())
    assert 2 == answerable("verify", evidence, "--since", evidence).status


# -- verify --------------------------------------------------------------------------


def test_the_machine_that_signed_can_verify_without_being_given_a_key(answerable: Command) -> None:
    done = answerable("verify", evidence_of(answerable, equal_treatment()))
    assert (0, True) == (
        done.status,
        done.out.startswith("Verified: signed by answerable-evidence"),
    )


def test_a_file_that_brings_its_own_key_proves_nothing(
    answerable: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    evidence = evidence_of(answerable, equal_treatment())
    monkeypatch.setenv("ANSWERABLE_HOME", str(tmp_path / "stranger"))
    done = answerable("verify", evidence)
    assert 3 == done.status
    assert "--key PUB" in done.out


def test_the_signers_public_key_verifies_and_another_does_not(
    answerable: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    evidence = evidence_of(answerable, equal_treatment())
    key = SigningKey.read(tmp_path / "home" / "keys" / "evidence.key").verifier
    monkeypatch.setenv("ANSWERABLE_HOME", str(tmp_path / "stranger"))
    Path("signer.pub").write_text(f"{key}\n", "utf-8")
    assert 0 == answerable("verify", evidence, "--key", key).status
    assert 0 == answerable("verify", evidence, "--key", "signer.pub").status
    assert 0 == answerable("reproduce", evidence, "--key", key).status
    other = SigningKey.make("answerable-evidence").verifier
    assert 1 == answerable("verify", evidence, "--key", other).status
    assert 1 == answerable("reproduce", evidence, "--key", other).status


def test_what_is_no_key_and_what_is_no_file_are_bad_use(answerable: Command) -> None:
    evidence = evidence_of(answerable, equal_treatment())
    assert 2 == answerable("verify", evidence, "--key", "no key").status
    assert "no such file" in answerable("verify", evidence, "--key", "nothing.pub").err
    assert 2 == answerable("verify", "nothing.json").status
    Path("empty.json").touch()
    assert 2 == answerable("verify", "empty.json").status


def test_the_key_is_made_once_and_kept_from_others(answerable: Command, tmp_path: Path) -> None:
    data = equal_treatment()
    first = answerable("audit", data, *OFFICES, "--evidence", EVIDENCE)
    second = answerable("audit", data, *OFFICES, "--evidence", EVIDENCE)
    key = tmp_path / "home" / "keys" / "evidence.key"
    assert 0o600 == key.stat().st_mode & 0o777
    assert "Give this public key" in first.err
    assert "" == second.err
    assert SigningKey.read(key).secret_text() not in first.err + first.out
