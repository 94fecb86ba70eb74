"""Profiles: which rows are in force for an agency, and whose rules fill in the numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from answerable.errors import AnswerableError
from answerable.law import files, rows, rules


class UnknownProfile(AnswerableError):
    """No profile has this name."""

    code = "law.unknown_profile"
    message = "There is no profile {profile}."
    hint = "Known profiles: {known}. An audit also takes none, for no profile."


class RowLeftOut(AnswerableError):
    """A profile may add to the requirements, never take away from them."""

    code = "law.row_left_out"
    message = "The profile {profile} leaves out {missing}."
    hint = "Say `all`, or list every row."


class Comparison(StrEnum):
    """How a group is compared with its reference."""

    RATIO = "ratio"
    DIFFERENCE = "difference"


class Measure(StrEnum):
    """The promised measure names, so that a norm for a misspelt one is refused."""

    SELECTION_RATE = "selection_rate"
    FALSE_POSITIVE_RATE = "false_positive_rate"
    FALSE_NEGATIVE_RATE = "false_negative_rate"
    PRECISION = "precision"
    ACCURACY = "accuracy"
    WRONGFUL_BURDEN = "wrongful_burden"
    CALIBRATION_RATIO = "calibration_ratio"
    AUC = "auc"
    MEAN_RESIDUAL = "mean_residual"
    TOP_K_RATE = "top_k_rate"


@dataclass(frozen=True, kw_only=True, slots=True)
class NormRule:
    """Which rule bounds which comparison of which measure."""

    measure: Measure
    comparison: Comparison
    rule: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    """What holds for an agency.

    A rule is looked up in ``jurisdictions`` in their order, so the most specific law
    comes first. ``listed_rows`` of None stands for every row, so that an audit, which needs
    only the norms, reads no rows. ``urgent`` lists what makes a challenge urgent,
    ``conditions`` what holds besides the numbers. ``assumed_from`` is for replays of what
    happened before there was such law: since that day every rule is read as if its first
    value had held.
    """

    name: str
    title: str
    jurisdictions: tuple[str, ...]
    listed_rows: tuple[str, ...] | None
    norms: tuple[NormRule, ...]
    familywise: str
    urgent: tuple[str, ...]
    conditions: tuple[str, ...]
    assumed_from: date | None = None

    @property
    def row_ids(self) -> tuple[str, ...]:
        """The rows in force, by id."""
        return (
            tuple(row.id for row in rows.rows()) if self.listed_rows is None else self.listed_rows
        )

    @property
    def every_rule(self) -> tuple[rules.Rule, ...]:
        """Every rule of every jurisdiction it uses."""
        return tuple(
            rules.rule(name, jurisdiction=jurisdiction)
            for jurisdiction in self.jurisdictions
            for name in rules.rule_names(jurisdiction)
        )

    @property
    def unsettled(self) -> tuple[str, ...]:
        """The rules that still need legal sign-off; a page that shows the profile says so."""
        return tuple(
            f"{rule.jurisdiction}/{rule.name}" for rule in self.every_rule if not rule.settled
        )

    def value(self, name: str, *, on: date) -> rules.DatedValue:
        """Give the value of a rule on a day, from the first jurisdiction where it is in force."""
        holders = [
            rules.rule(name, jurisdiction=jurisdiction)
            for jurisdiction in self.jurisdictions
            if name in rules.rule_names(jurisdiction)
        ]
        if not holders:
            known = sorted({rule.name for rule in self.every_rule})
            raise rules.UnknownRule(
                rule=name, jurisdiction=" and ".join(self.jurisdictions), known=", ".join(known)
            )
        rule = next((rule for rule in holders if rule.in_force(on)), holders[0])
        return rule.on(self._read_as(rule, on))

    def _read_as(self, rule: rules.Rule, on: date) -> date:
        first = rule.values[0][0]
        return first if self.assumed_from and self.assumed_from <= on < first else on


def profile_names() -> tuple[str, ...]:
    """List the profiles without reading them."""
    return files.names("profiles")


@cache
def profile(name: str) -> Profile:
    """Give the profile of this name.

    Examples
    --------
    >>> statement = profile("statement")
    >>> statement.value("breach_to_stop", on=date(2026, 11, 23)).whole
    72
    >>> statement.unsettled
    ()
    """
    known = profile_names()
    # Only a listed name reaches the file system, so no name can point elsewhere.
    if name not in known:
        raise UnknownProfile(profile=name, known=", ".join(known))
    return profile_from(files.read("profiles", name), name=name)


def rows_in_force(profile: Profile) -> tuple[rows.Row, ...]:
    """Give the rows that a profile puts in force, in its order."""
    return tuple(rows.row(row_id) for row_id in profile.row_ids)


def profile_from(fields: files.Fields, *, name: str) -> Profile:
    """Read a profile from its file; every rule and row it names exists."""
    fields.known(
        *("title", "jurisdictions", "rows", "norms", "familywise", "urgent", "conditions"),
        optional=("assumed_from",),
    )
    found = Profile(
        name=name,
        title=fields.text("title"),
        jurisdictions=fields.texts("jurisdictions"),
        listed_rows=_listed_rows(fields, name=name),
        norms=tuple(
            _norm_rule(fields.child("norms"), key) for key in fields.child("norms").content
        ),
        familywise=fields.text("familywise"),
        urgent=fields.texts("urgent"),
        conditions=fields.texts("conditions"),
        assumed_from=fields.day_or_none("assumed_from"),
    )
    held = {rule for jurisdiction in found.jurisdictions for rule in rules.rule_names(jurisdiction)}
    for rule in (found.familywise, *(norm.rule for norm in found.norms)):
        if rule not in held:
            raise rules.UnknownRule(
                rule=rule,
                jurisdiction=" and ".join(found.jurisdictions),
                known=", ".join(sorted(held)),
            )
    return found


def _listed_rows(fields: files.Fields, *, name: str) -> tuple[str, ...] | None:
    if fields.content["rows"] == "all":
        return None
    listed = tuple(rows.row(row_id).id for row_id in fields.texts("rows"))
    missing = [row.id for row in rows.rows() if row.id not in listed]
    if missing:
        raise RowLeftOut(profile=name, missing=", ".join(missing))
    return listed


_COMPARISONS: Mapping[str, tuple[Measure, Comparison]] = MappingProxyType(
    {
        f"{measure}.{comparison}": (measure, comparison)
        for measure in Measure
        for comparison in Comparison
    }
)


def _norm_rule(fields: files.Fields, key: str) -> NormRule:
    if key not in _COMPARISONS:
        raise fields.refuse(
            key=key, expected=f"a measure and a comparison, one of {', '.join(_COMPARISONS)}"
        )
    measure, comparison = _COMPARISONS[key]
    return NormRule(measure=measure, comparison=comparison, rule=fields.text(key))
