"""The red lines and the presumption: our own lists, each with the law it rests on."""

import pytest

from answerable.law import files, red_lines
from answerable.law import presumption as presumption_room
from answerable.law.citations import Mark
from answerable.law.files import DataMalformed
from answerable.law.presumption import presumption
from answerable.law.rights import UnknownDomain, UnknownRight, domains


def test_every_red_line_is_a_question_about_rights_with_its_law() -> None:
    lines = red_lines.red_lines()
    assert {"arbitrary_surveillance", "repression"} <= {line.id for line in lines}
    assert all(line.question.endswith("?") and line.rights for line in lines)
    # No article was read again at its source.
    assert {Mark.U} == {line.mark for line in lines}


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("{id: a, question: Is it?, rights: [R99], citation: {title: Law}}", UnknownRight),
        ("{id: a, question: Is it?, rights: [R01]}", DataMalformed),
        ("{id: a, question: ' ', rights: [R01], citation: {title: Law}}", DataMalformed),
    ],
)
def test_a_line_without_a_right_a_law_or_a_question_is_refused(
    line: str, error: type[Exception]
) -> None:
    fields = files.parse(line, file="red_lines.yaml")
    with pytest.raises(error):
        red_lines._red_line(fields, mark=Mark.U)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ("{health: [HEA], justice: [JUS, HEA]}", DataMalformed),
        ("{health: [XXX]}", UnknownDomain),
    ],
)
def test_a_domain_is_presumed_for_one_field_and_is_one_of_the_catalogue(
    fields: str, error: type[Exception]
) -> None:
    read = files.parse(f"fields: {fields}", file="presumption.yaml")
    with pytest.raises(error):
        presumption_room._by_domain(read)


def test_the_fields_that_the_statement_names_are_presumed() -> None:
    found = presumption()
    named = {
        "health",
        "law enforcement",
        "justice",
        "public benefits and service delivery",
    }
    assert named == set(found.fields.values())
    assert "surveillance" == found.watching
    assert {"TAX", "EMP", "CHAT"} == {one.code for one in domains()} - set(found.fields)
