"""ProPublica's figures for the COMPAS score, from the 2x2 counts and from the file itself.

Angwin, Larson, Mattu and Kirchner, "Machine Bias", ProPublica, 23 May 2016, and "How We
Analyzed the COMPAS Recidivism Algorithm" by the same newsroom, same day. 7,214 people
screened in Broward County in 2013 and 2014; "high" is a decile of 5 or more; the label is a
new charge within two years.

                          re-charged (1)   not re-charged (0)
    African-American
        scored high            1,369                805          2,174
        scored low               532                990          1,522
                               1,901              1,795          3,696
    Caucasian
        scored high              505                349            854
        scored low               461              1,139          1,600
                                 966              1,488          2,454
"""

from datetime import date
from pathlib import Path

from answerable.measure.counts import DecisionCounts
from answerable.measure.false_negative_rate import false_negative_rate
from answerable.measure.false_positive_rate import false_positive_rate
from answerable.measure.precision import precision
from answerable.measure.rate_ratio import rate_ratio
from answerable.measure.selection_rate import selection_rate
from answerable.measure.tables import Columns, Limits
from answerable.measure.wrongful_burden import wrongful_burden
from answerable.project.compas import write_compas
from answerable.record.measurement import CannotSay, Measurement
from answerable.verdict.audit import Audit, Gap
from answerable.verdict.run import AuditedData, Question, audit_files
from answerable.verdict.verdicts import NotMet, verdict_name
from tests.demo_data import compas_file

AFRICAN_AMERICAN = DecisionCounts(
    true_positive=1369, false_positive=805, false_negative=532, true_negative=990
)
CAUCASIAN = DecisionCounts(
    true_positive=505, false_positive=349, false_negative=461, true_negative=1139
)


def value(found: Measurement | CannotSay) -> float:
    assert isinstance(found, Measurement)
    return round(found.value, 3)


# -- from the counts -----------------------------------------------------------------


def test_false_positive_rates_are_805_of_1795_and_349_of_1488() -> None:
    # 805 / (805 + 990) = 0.4485; 349 / (349 + 1139) = 0.2345
    assert value(false_positive_rate(AFRICAN_AMERICAN)) == 0.448
    assert value(false_positive_rate(CAUCASIAN)) == 0.235


def test_false_negative_rates_are_532_of_1901_and_461_of_966() -> None:
    # 532 / (532 + 1369) = 0.2799; 461 / (461 + 505) = 0.4772
    assert value(false_negative_rate(AFRICAN_AMERICAN)) == 0.280
    assert value(false_negative_rate(CAUCASIAN)) == 0.477


def test_precision_is_1369_of_2174_and_505_of_854() -> None:
    # 1369 / (1369 + 805) = 0.6297; 505 / (505 + 349) = 0.5913
    assert value(precision(AFRICAN_AMERICAN)) == 0.630
    assert value(precision(CAUCASIAN)) == 0.591


def test_selection_rates_are_2174_of_3696_and_854_of_2454() -> None:
    # 2174 / 3696 = 0.5882; 854 / 2454 = 0.3480
    assert value(selection_rate(AFRICAN_AMERICAN)) == 0.588
    assert value(selection_rate(CAUCASIAN)) == 0.348


def test_a_flag_burdens_wrongly_as_often_as_its_false_positive_rate_says() -> None:
    burden = wrongful_burden(AFRICAN_AMERICAN, positive_is_favourable=False)
    assert burden == false_positive_rate(AFRICAN_AMERICAN)


def test_the_wrongful_burden_of_one_group_is_nearly_twice_that_of_the_other() -> None:
    # (805 / 1795) / (349 / 1488) = 0.4485 / 0.2345 = 1.912
    burdens = (
        wrongful_burden(counts, positive_is_favourable=False)
        for counts in (AFRICAN_AMERICAN, CAUCASIAN)
    )
    group, reference = burdens
    assert value(rate_ratio(group=group, reference=reference)) == 1.912


# -- from the file -------------------------------------------------------------------


def the_county_s_scores(folder: Path, *, profile: str) -> AuditedData:
    """Audit the real file by race; skips, saying so, where it is not installed."""
    compas_file()
    path = folder / "compas.parquet"
    write_compas(path)
    question = Question(
        columns=Columns(decision="high_risk", label="two_year_recid", by=("race",)),
        positive=None,
        favourable="false",
        norms=(),
        profile=profile,
        on=date(2026, 11, 23),
    )
    return audit_files(str(path), question, limits=Limits())


def shares(audit: Audit, measure: str) -> dict[str | None, float]:
    return {
        group.key[0][1]: value(group.measures[measure])
        for group in audit.groups
        if group.key[0][1] in {"African-American", "Caucasian"}
    }


def gap(audit: Audit, measure: str, race: str) -> Gap:
    (found,) = (g for g in audit.gaps if g.measure == measure and g.group == (("race", race),))
    return found


def test_the_file_gives_the_same_figures(tmp_path: Path) -> None:
    audited = the_county_s_scores(tmp_path, profile="statement")
    found = audited.audit
    assert audited.rows == 7214
    assert shares(found, "false_positive_rate") == {"African-American": 0.448, "Caucasian": 0.235}
    assert shares(found, "false_negative_rate") == {"African-American": 0.280, "Caucasian": 0.477}
    assert shares(found, "precision") == {"African-American": 0.630, "Caucasian": 0.591}
    assert shares(found, "selection_rate") == {"African-American": 0.588, "Caucasian": 0.348}


def test_the_limits_of_the_statement_are_not_met(tmp_path: Path) -> None:
    found = the_county_s_scores(tmp_path, profile="statement").audit
    assert found.verdict == "not_met"
    assert isinstance(gap(found, "false_positive_rate", "African-American").verdict, NotMet)
    assert isinstance(gap(found, "false_negative_rate", "Caucasian").verdict, NotMet)


def test_without_a_limit_the_same_figures_cannot_say(tmp_path: Path) -> None:
    found = the_county_s_scores(tmp_path, profile="none").audit
    assert found.verdict == "cannot_say"
    assert {verdict_name(gap.verdict) for gap in found.gaps} == {"cannot_say"}
    assert found.conflicts == ()


def test_32_and_18_people_are_too_few_and_stay_in_the_table(tmp_path: Path) -> None:
    found = the_county_s_scores(tmp_path, profile="statement").audit
    for race in ("Asian", "Native American"):
        verdict = gap(found, "false_positive_rate", race).verdict
        assert isinstance(verdict, CannotSay)
        assert verdict.reason == "too_few_records"


def test_near_equal_precision_beside_unequal_burden_is_named_a_conflict(tmp_path: Path) -> None:
    found = the_county_s_scores(tmp_path, profile="statement").audit
    (conflict,) = (c for c in found.conflicts if c.group == (("race", "African-American"),))
    # Everyone else: 3,518 people. 1,143 scored high, 666 of them re-charged, 477 not; of the
    # 2,375 who scored low, 684 were re-charged and 1,691 were not. 477 + 1691 = 2168.
    # Precision 1369/2174 = 0.6297 against 666/1143 = 0.5827: ratio 1.081, inside 0.8 to 1.25.
    # Burden     805/1795 = 0.4485 against 477/2168 = 0.2200: ratio 2.038, outside.
    assert conflict.reference is None
    assert round(conflict.equal.value, 3) == 1.081
    assert round(conflict.unequal.value, 3) == 2.038
