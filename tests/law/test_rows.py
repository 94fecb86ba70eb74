"""The rows of the requirements are all there, and each says what it must."""

from importlib.util import find_spec

import pytest

from answerable.law import files
from answerable.law.rows import (
    Kind,
    PracticeId,
    Role,
    Step,
    UnknownRow,
    practice_from,
    practices,
    row,
    rows,
)

# Heading by heading, how far the letters or numbers run in REQUIREMENTS.md.
LETTERS = {
    "P1": "e", "P2.0": "e", "P2.1": "d", "P2.2": "g", "P2.3": "h", "P2.4": "c", "P2.5": "c",
    "P3": "m", "P4": "g", "P5": "g", "P6": "j", "P7.0": "c", "P7.1": "b", "P7.2": "b", "P7.3": "d",
    "P7.4": "b", "P7.5": "a", "P7.6": "a",
}  # fmt: skip
IDS = [
    *(f"S{number}" for number in range(1, 7)),
    *(
        f"{head}{chr(code)}"
        for head, last in LETTERS.items()
        for code in range(ord("a"), ord(last) + 1)
    ),
    *(f"X{number}" for number in range(1, 4)),
]


def test_the_96_rows_are_there_once_each_and_in_order() -> None:
    found = [row.id for row in rows()]
    assert len(found) == 96
    assert found == IDS


def test_no_row_file_stands_unread() -> None:
    assert set(files.names("rows")) == set(PracticeId)
    assert [practice.id for practice in practices()] == list(PracticeId)


def test_the_rows_that_no_waiver_covers_are_these() -> None:
    never = {"P1c", "P1d", "P2.0e", "P5b", *(f"P6{letter}" for letter in "abcdefghij")}
    assert {row.id for row in rows() if not row.waivable} == never


def test_the_rows_that_the_statement_only_implies_are_these() -> None:
    implied = {"S3", "P2.2g", "P5c", "P6j", "X1", "X2", "X3"}
    assert {row.id for row in rows() if row.implied} == implied


def test_every_row_says_who_what_and_how() -> None:
    for found in rows():
        assert found.roles, found.id
        assert len(set(found.roles)) == len(found.roles), found.id
        assert found.enforcement, found.id
        rules = [item.rule for item in found.enforcement if item.rule is not None]
        for text in (found.requirement, found.feature, found.evidence, *rules):
            # No mark-up of the paper it came from.
            assert not set("`*|") & set(text), found.id


def test_each_role_and_each_kind_of_enforcement_is_used() -> None:
    assert {role for row in rows() for role in row.roles} == set(Role)
    assert {item.kind for row in rows() for item in row.enforcement} == set(Kind)


# REQUIREMENTS.md, gate by gate: what blocks something else than deployment and use.
BLOCKS_ELSE = {
    "S2": {Step.LEAVING_DESIGN, Step.DEPLOY, Step.USE},
    "P1a": {Step.STAGE_CHANGE, Step.DEPLOY, Step.USE},
    "P1e": {Step.CLOSE_OUT},
    "P2.4c": {Step.WIDER_RELEASE},
    "P3m": {Step.CASE_CLOSING},
    "P4b": {Step.DEPLOY, Step.USE, Step.ACCESS},
    "P6g": {Step.DEPLOY, Step.USE, Step.EFFECT},
    "P6j": {Step.CASE_CLOSING},
    "P7.0a": {Step.AWARD, Step.PAYMENT},
    "P7.3c": {Step.JOINING, Step.DEPLOY, Step.USE},
    "P7.4b": {Step.ACCEPTANCE, Step.DEPLOY, Step.USE},
}


def test_every_gate_blocks_deployment_and_use_save_those_that_name_another_step() -> None:
    gates = {row.id: row for row in rows() if any(i.kind is Kind.GATE for i in row.enforcement)}
    assert {row_id: set(row.blocks) for row_id, row in gates.items()} == {
        row_id: {Step.DEPLOY, Step.USE} for row_id in gates
    } | BLOCKS_ELSE


def test_a_row_without_a_gate_blocks_nothing_and_only_gates_block() -> None:
    assert (row("P3c").blocks, row("P1c").blocks) == ((), (Step.DEPLOY, Step.USE))
    for found in rows():
        for item in found.enforcement:
            assert bool(item.blocks) is (item.kind is Kind.GATE), found.id


def test_a_row_that_is_served_names_the_room_that_serves_it() -> None:
    served = {row.id: row.served_by for row in rows() if row.served_by}
    assert all(find_spec(f"answerable.{room}") for room in served.values())
    assert served["P2.5b"] == "practices.assessment"


def test_a_row_reads_as_the_requirements_write_it() -> None:
    found = row("P3c")
    assert found.requirement == "Changes in effect on equity and fairness are detected"
    assert found.roles == (Role.OWNER, Role.REVIEWER)
    assert found.evidence == (
        "Gap trends per group and step, random control sample, power statement"
    )
    # A bare `M` has no rule of its own; the breaker has.
    assert [(item.kind, item.rule) for item in found.enforcement] == [
        (Kind.MEASURE, None),
        (Kind.BREAKER, "at limit"),
    ]


def test_a_remark_beside_a_bare_gate_leaves_it_bare() -> None:
    gate = row("P7.0b").enforcement[0]
    assert (gate.kind, gate.rule) == (Kind.GATE, None)
    assert gate.note == "unknown links published as a count"
    assert {found.id for found in rows() for item in found.enforcement if item.note} == {
        *("P2.3e", "P3g", "P7.0b", "P7.1b"),
    }


def test_an_unknown_row_is_refused_with_those_there_are() -> None:
    with pytest.raises(UnknownRow, match="S1, S2, S3") as refused:
        row("P9z")
    assert refused.value.code == "law.unknown_row"


ROW = """\
practice: S
title: Scope
rows:
  - id: {row_id}
    requirement: Something is shown
    roles: [{role}]
    feature: A record
    evidence: A dated record
    enforcement: [{{kind: {kind}, rule: null, blocks: [{blocks}]}}]
    implied: false
    waivable: {waivable}
    served_by: null
"""


def test_a_row_file_with_a_wrong_id_role_kind_or_flag_is_refused_and_the_right_one_is_read() -> (
    None
):
    right = {"row_id": "S1", "role": "OWN", "kind": "gate", "waivable": "true", "blocks": "deploy"}
    fields = files.parse(ROW.format(**right), file="S.yaml")
    assert [row.id for row in practice_from(fields, practice=PracticeId.SCOPE).rows] == ["S1"]
    for wrong in (
        {"row_id": "P1a"},
        {"row_id": "S0"},
        {"role": "BOSS"},
        {"kind": "hope"},
        {"kind": "clock"},
        {"blocks": "sunset"},
        {"blocks": ""},
        {"waivable": "perhaps"},
    ):
        fields = files.parse(ROW.format(**(right | wrong)), file="S.yaml")
        with pytest.raises(files.DataMalformed, match=r"S.yaml, rows 1, "):
            practice_from(fields, practice=PracticeId.SCOPE)


def test_a_row_that_stands_twice_is_refused() -> None:
    once = ROW.format(row_id="S1", role="OWN", kind="gate", waivable="true", blocks="use")
    twice = once + once[once.index("  - id") :]
    with pytest.raises(files.DataMalformed, match="each id once"):
        practice_from(files.parse(twice, file="S.yaml"), practice=PracticeId.SCOPE)
