"""The rights catalogue, the instruments it rests on, and the readings of vague words."""

import pytest

from answerable.law import rows
from answerable.law.citations import Mark
from answerable.law.instruments import InstrumentKind, UnknownInstrument, instrument, instruments
from answerable.law.readings import readings
from answerable.law.rights import UnknownDomain, UnknownRight, domain, domains, right, rights


def test_the_26_rights_are_there_once_each_and_in_order() -> None:
    assert [right.code for right in rights()] == [f"R{number:02}" for number in range(1, 27)]


def test_every_right_has_an_article_in_a_known_instrument() -> None:
    for found in rights():
        assert found.articles, found.code
        assert set(found.articles) <= set(instruments()), found.code
        assert found.mark is Mark.U


def test_articles_are_kept_apart_by_instrument() -> None:
    assert dict(right("R02").articles) == {
        "udhr": ("2", "7"),
        "iccpr": ("2", "26"),
        "icescr": ("2(2)",),
        "echr": ("14", "Protocol 12"),
        "cerd": ("5",),
        "cedaw": (),
    }
    assert dict(right("R15").articles) == {
        "udhr": ("14",),
        "iccpr": ("7", "13"),
        "echr": ("3", "Protocol 4 art. 4"),
        "refugee_convention": ("31", "32", "33"),
    }


def test_the_eleven_domains_offer_rights_of_the_catalogue_each_once() -> None:
    codes = ["BEN", "POL", "BOR", "TAX", "HEA", "EDU", "EMP", "HOU", "CHI", "JUS", "CHAT"]
    assert [domain.code for domain in domains()] == codes
    catalogue = {right.code for right in rights()}
    for found in domains():
        offered = [right.code for right in found.first]
        assert offered, found.code
        assert set(offered) <= catalogue, found.code
        assert len(set(offered)) == len(offered), found.code


def test_equality_is_offered_first_in_every_domain() -> None:
    assert {domain.first[0].code for domain in domains()} == {"R02"}


def test_a_preset_reads_as_decided() -> None:
    assert [right.code for right in domain("CHAT").first] == [
        *("R02", "R07", "R08", "R11", "R24", "R25", "R26"),
    ]


def test_a_right_names_only_domains_that_exist_and_each_domain_is_named() -> None:
    known = {domain.code for domain in domains()}
    assert {code for right in rights() for code in right.domains} == known


def test_an_unknown_right_domain_or_instrument_is_refused_with_those_there_are() -> None:
    with pytest.raises(UnknownRight, match="R01, R02") as no_right:
        right("R99")
    with pytest.raises(UnknownDomain, match="BEN, POL") as no_domain:
        domain("ZOO")
    with pytest.raises(UnknownInstrument, match="udhr, un_charter") as no_instrument:
        instrument("magna_carta")
    assert no_right.value.code == "law.unknown_right"
    assert no_domain.value.code == "law.unknown_domain"
    assert no_instrument.value.code == "law.unknown_instrument"


def test_every_instrument_says_who_issued_it_and_how_far_it_binds() -> None:
    assert {found.kind for found in instruments().values()} == set(InstrumentKind)
    known = {row.id for row in rows.rows()}
    for found in instruments().values():
        assert found.issuer
        assert found.mark is Mark.U
        assert set(found.rows) <= known
        assert found.year is None or 1945 <= found.year <= 2024
        assert found.revised is None or found.revised > (found.year or 0)


def test_an_instrument_without_a_year_on_record_has_none() -> None:
    assert {found.id for found in instruments().values() if found.year is None} == {
        *("huderia", "foc_surveillance", "hrc_resolutions"),
    }


def test_each_vague_word_has_a_reading_that_rests_on_known_rows() -> None:
    assert len(readings()) == 11
    known = {row.id for row in rows.rows()}
    named = [row_id for found in readings() for row_id in found.rows]
    assert set(named) <= known
    assert set(named) == {"P2.3h", "P2.4c", "S2", "P3i", "P3h", "P3k", "S6"}
    assert [found.words for found in readings() if found.mark is Mark.U] == [
        "may include, before the assessment and procurement lists"
    ]
