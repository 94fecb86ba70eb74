"""The red lines and the presumption: our own lists, each with the law it rests on."""

import pytest

from answerable.law import files, red_lines
from answerable.law.citations import Mark
from answerable.law.files import DataMalformed
from answerable.law.presumption import presumption
from answerable.law.rights import UnknownRight, domains


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


def test_the_fields_that_the_statement_names_are_presumed_and_no_domain_twice() -> None:
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
