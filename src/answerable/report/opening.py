"""The three things a decision-maker must know, in words that can be read aloud."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from answerable.errors import visible
from answerable.record.measurement import CannotSay, Measurement
from answerable.report.facts import AuditReport
from answerable.report.findings import (
    WORDS,
    Findings,
    attribute_name,
    group_name,
    limit_rule,
    reference_name,
)
from answerable.report.measures import ORDER, Wording, twin_of_burden, wordings
from answerable.report.tables import interval_of, measures_shown, reference_word
from answerable.report.words import (
    count,
    counted,
    day,
    isolated,
    listed,
    one_in,
    percentage,
    percentage_range,
    points,
    points_range,
    shown,
    spoken_times,
)
from answerable.verdict.audit import Audit, Gap
from answerable.verdict.differences import unsettled
from answerable.verdict.norms import NO_PROFILE, Norm, parse_norm
from answerable.verdict.verdicts import Met, NotMet

_MOST_NAMED = 4
_WORST = "The group that fares worst in the figures:"

GROUNDS = "race, ethnicity, disability, gender, sexuality, gender identity and expression, religion"
"""The grounds that requirement P2.5c asks to be covered."""

NOT_LAWFULNESS = (
    "This is a measurement, not a finding of lawfulness. Whether a difference has a reason "
    "that the law accepts is for people to examine and to answer for."
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """Something that cannot be said, and what to do about it."""

    what: str
    next: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Opening:
    """The verdict, who is hit hardest, and what cannot be said."""

    verdict: str
    word: str
    verdict_text: tuple[str, ...]
    hardest_title: str
    hardest_text: tuple[str, ...]
    open_points: tuple[Point, ...]
    next_steps: tuple[str, ...]
    not_lawfulness: str = NOT_LAWFULNESS


def opening(report: AuditReport, findings: Findings) -> Opening:
    """Say the three things."""
    audit = report.audited.audit
    title, text = _hardest(findings)
    return Opening(
        verdict=audit.verdict,
        word=WORDS[audit.verdict],
        verdict_text=(
            *_verdict_text(report, findings),
            *_certain_differences(report),
            *_within_strata(report),
        ),
        hardest_title=title,
        hardest_text=text,
        open_points=(*_caution(report), *_open_points(findings)),
        next_steps=tuple(_next_steps(audit)),
    )


# -- 1. the verdict ------------------------------------------------------------------


def _verdict_text(report: AuditReport, findings: Findings) -> Iterator[str]:
    audited, audit = report.audited, report.audited.audit
    attributes = listed(attribute_name(columns) for columns in findings.attributes)
    asked = (
        f"The decisions in the column {shown(audited.question.columns.decision)} of "
        f"{shown(audited.source.name)} ({counted(audited.rows, 'record')}) were measured by "
        f"{attributes}."
    )
    lines = [line for line in audit.verdicts if line.norm is not None]
    not_met, met, open_ = (
        sum(getattr(line, name) for line in lines) for name in ("not_met", "met", "cannot_say")
    )
    every = counted(not_met + met + open_, "comparison")
    against = reference_word(audit)
    if not lines:
        yield f"There is nothing to judge by. {asked}"
        yield (
            "Nobody set a limit for these measures before their numbers were known. "
            "The figures below are measurements, not verdicts."
        )
        return
    if audit.verdict == "met":
        yield (
            f"Every group was shown to lie within the limits. {asked} Of {every} of a group with "
            f"{against}, every one lies within its limit."
        )
    elif audit.verdict == "not_met":
        yield (
            f"Some groups fare more unequally than the limits allow. {asked} Of {every} of a "
            f"group with {against}, {count(not_met)} "
            f"{'lies' if not_met == 1 else 'lie'} outside a limit, {count(met)} within it, and "
            f"on {count(open_)} the data cannot say."
        )
    else:
        yield (
            f"The data do not settle it. {asked} Of {every} of a group with {against}, none was "
            f"shown to lie outside a limit and {count(met)} within it; on {count(open_)} the data "
            "cannot say. That is not a pass: silence clears nobody."
        )
    twin = twin_of_burden(positive_is_favourable=audit.positive_is_favourable)
    limited = bool(audit.plan.norms.of("wrongful_burden"))
    if limited and any(twins == (twin,) for _, twins in measures_shown(audit)):
        words = wordings(positive_is_favourable=audit.positive_is_favourable)
        yield (
            f"The wrongful burden and the {words[twin].name.lower()} count the same people under "
            f"the same limit here, so these are {counted(audit.family, 'distinct question')}."
        )
    yield from _whose_limit(report, [line.norm for line in lines if line.norm is not None])


def _within_strata(report: AuditReport) -> Iterator[str]:
    audited, question = report.audited, report.audited.question
    if not question.strata:
        return
    words = wordings(positive_is_favourable=audited.audit.positive_is_favourable)
    turned = [one.gap for one in audited.explained if one.turns_round]
    named = listed(
        f"{words[gap.measure].name.lower()} of the group {group_name(gap.group)}"
        for gap in turned[:_MOST_NAMED]
    )
    more = len(turned) - _MOST_NAMED
    found = f"{named}{f', and {count(more)} more' if more > 0 else ''}" if turned else "none"
    yield (
        f"Every gap was also measured within {listed(map(shown, question.strata))}, for the "
        f"declared reason: {isolated(visible(question.because))}. There these point the other "
        f"way: {found}. The verdicts rest on the gaps as they are; what explains a gap may itself "
        "be unjust."
    )


def _certain_differences(report: AuditReport) -> Iterator[str]:
    audited = report.audited
    found = unsettled(audited.audit, audited.differences)
    words = wordings(positive_is_favourable=audited.audit.positive_is_favourable)
    if found:
        named = listed(
            f"{words[gap.measure].name.lower()} of the group {group_name(gap.group)}"
            for gap in found[:_MOST_NAMED]
        )
        more = len(found) - _MOST_NAMED
        yield (
            f"Where nobody can say whether a limit is kept, a difference can still be certain: "
            f"{named}{f', and {count(more)} more' if more > 0 else ''}. It is established that "
            "they differ; how much is not."
        )


def _whose_limit(report: AuditReport, norms: Sequence[Norm]) -> Iterator[str]:
    audit, question = report.audited.audit, report.audited.question
    words = wordings(positive_is_favourable=audit.positive_is_favourable)
    rules: dict[str, list[str]] = {}
    for norm in sorted(norms, key=lambda norm: ORDER.index(norm.measure)):
        rule = limit_rule(norm, reference_word(audit))
        rules.setdefault(rule, []).append(words[norm.measure].name.lower())
    for rule, names in rules.items():
        yield f"The limit for {listed(names)}: {rule}."
    declared = {(norm.measure, norm.scale) for norm in map(parse_norm, question.norms)}
    own = [norm for norm in norms if (norm.measure, norm.scale) in declared]
    taken = [norm for norm in norms if (norm.measure, norm.scale) not in declared]
    if taken:
        titles = listed(dict.fromkeys(_title(norm) for norm in taken))
        which = listed(dict.fromkeys(words[n.measure].name.lower() for n in taken)) if own else ""
        yield (
            f"{f'The limit for {which}' if which else 'The limit'} is that of the "
            f"profile {shown(audit.plan.norms.profile)} as it stood on {day(question.on)}. "
            f"The source it gives: {titles}."
        )
    if own:
        which = listed(dict.fromkeys(words[norm.measure].name.lower() for norm in own))
        yield f"Those who ran this audit declared the limit for {which} themselves."


def _title(norm: Norm) -> str:
    """The part of a source that people read, without the name of its rule."""
    return isolated(visible(norm.source.partition(": ")[2] or norm.source))


# -- 2. who is hit hardest -----------------------------------------------------------


def _hardest(findings: Findings) -> tuple[str, tuple[str, ...]]:
    audit = findings.audit
    words = wordings(positive_is_favourable=audit.positive_is_favourable)
    for measure in ("wrongful_burden", "selection_rate"):
        hit = _by_harm(
            [gap for gap in _of(audit, measure) if isinstance(gap.verdict, NotMet)], words[measure]
        )
        hit = [gap for gap in hit if _harm(gap, words[measure])[0] > 0]
        if hit:
            first, *others = hit
            text = (
                *_about(findings, first, words[measure]),
                _outside(first),
                *_reading(audit, measure),
                *_also_hit(others),
            )
            return f"Hit hardest is the group {group_name(first.group)}", text
    measure = (
        "wrongful_burden" if "wrongful_burden" in audit.everyone.measures else "selection_rate"
    )
    return _nobody_shown(findings, measure, words[measure])


def _nobody_shown(
    findings: Findings, measure: str, wording: Wording
) -> tuple[str, tuple[str, ...]]:
    gaps = _by_harm(_of(findings.audit, measure), wording)
    if not gaps:
        nobody = (
            f"In no group and its reference are there people {wording.among}, so nothing is known "
            "about who is hit hardest."
        )
        return "No group could be compared", (nobody,)
    first = gaps[0]
    if first.norm is None:
        title = "Who is hit hardest was measured, not judged"
        start = f"No limit was set for the {wording.name.lower()}. {_WORST}"
    elif all(isinstance(gap.verdict, Met) for gap in _of(findings.audit, measure)):
        title = "No group is hit harder than the limit allows"
        start = f"Every group lies within the limit. {_WORST}"
    else:
        title = "No group was shown to be hit harder than the limit allows"
        start = f"Nor was it shown that none is. {_WORST}"
    return title, (
        start,
        *_about(findings, first, wording),
        *_reading(findings.audit, measure),
        *_less_hit(findings, measure, wording),
    )


def _of(audit: Audit, measure: str) -> list[Gap]:
    return [gap for gap in audit.gaps if gap.measure == measure]


def _by_harm(gaps: Sequence[Gap], wording: Wording) -> list[Gap]:
    """Those that could be measured, most surely harmed first, each group once."""
    once = {gap.group: gap for gap in gaps if isinstance(gap.difference, Measurement)}
    # The near end of the interval ranks: a few people by chance do not make a group the worst.
    return sorted(once.values(), key=lambda gap: -_harm(gap, wording)[1])


def _harm(gap: Gap, wording: Wording) -> tuple[float, float, float]:
    """How much worse the group's share is, and its interval: above 0 is worse."""
    difference = gap.difference
    if isinstance(difference, CannotSay):
        return 0.0, 0.0, 0.0
    if wording.more_is_harm:
        return difference.value, difference.low, difference.high
    return -difference.value, -difference.high, -difference.low


def _about(findings: Findings, gap: Gap, wording: Wording) -> Iterator[str]:
    share = findings.results[gap.group].measures[gap.measure]
    if isinstance(share, CannotSay):
        return
    x, n = findings.reference_counts(gap)
    low, high = interval_of(x, n)
    other = reference_name(gap.reference)
    yield (
        f"Of {counted(share.denominator, 'person', 'people')} in the group "
        f"{group_name(gap.group)} {wording.among}, {count(share.numerator)} "
        f"({percentage(share.value)}, {percentage_range(share.low, share.high)}) "
        f"{wording.event}; of {other} {percentage(x / n)} ({count(x)} of {count(n)}, "
        f"{percentage_range(low, high)}): {_how_much(gap)}."
    )
    harm, surely, at_worst = _harm(gap, wording)
    if surely <= 0:
        yield "The interval includes no difference at all: chance alone may explain it."
        return
    people = share.denominator
    fewer = "fewer" if wording.more_is_harm else "more"
    yield (
        f"At the share of {other} it would have been about {count(round(x / n * people))} of "
        f"these {counted(people, 'person', 'people')}: about {count(round(harm * people))} "
        f"{fewer} ({count(round(surely * people))} to {count(round(at_worst * people))})."
    )


def _reading(audit: Audit, measure: str) -> Iterator[str]:
    """What the words of the sentence stand for in these data."""
    plan, good = audit.plan, audit.positive_is_favourable
    positive = "1, true or yes" if plan.positive is None else shown(plan.positive)
    named = "favourable" if good else "unfavourable"
    outcome = ""
    if measure == "wrongful_burden":
        cleared = (
            "Entitled are those with the outcome 1"
            if good
            else "Cleared are those with the outcome 0"
        )
        outcome = f"{cleared} in the column {shown(plan.columns.label)}; the"
    yield (
        f"{outcome or 'The'} {named} decision is {positive} in the column "
        f"{shown(plan.columns.decision)}."
    )


def _how_much(gap: Gap) -> str:
    if isinstance(gap.ratio, Measurement):
        value, interval = spoken_times(gap.ratio.value, gap.ratio.low, gap.ratio.high)
        return f"{value} times as often, {interval}"
    if isinstance(gap.difference, Measurement):
        found = gap.difference
        return (
            f"a difference of {points(found.value)} percentage points, "
            f"{points_range(found.low, found.high)}"
        )
    return f"no comparison without {gap.ratio.needs}"


def _outside(gap: Gap) -> str:
    if not isinstance(gap.verdict, NotMet):
        return ""
    return (
        "This lies outside the limit. Were the truth within it, the chance of figures like these "
        f"would be at most {one_in(gap.verdict.test.adjusted)}, all comparisons taken together."
    )


def _also_hit(others: Sequence[Gap]) -> Iterator[str]:
    if not others:
        return
    named = [f"{group_name(gap.group)} ({_ratio(gap)})" for gap in others[:_MOST_NAMED]]
    rest = len(others) - _MOST_NAMED
    more = [f"{counted(rest, 'more group')} in the tables below"] if rest > 0 else []
    yield f"Also shown to be hit harder than the limit allows: {'; '.join([*named, *more])}."


def _less_hit(findings: Findings, measure: str, wording: Wording) -> Iterator[str]:
    not_met = [gap for gap in _of(findings.audit, measure) if isinstance(gap.verdict, NotMet)]
    less = [gap for gap in reversed(_by_harm(not_met, wording)) if _harm(gap, wording)[0] < 0]
    if less:
        named = "; ".join(f"{group_name(gap.group)} ({_ratio(gap)})" for gap in less[:_MOST_NAMED])
        yield (
            f"Shown to be hit less than the limit allows: {named}. Those whom they are compared "
            "with bear more than they do."
        )


def _ratio(gap: Gap) -> str:
    if isinstance(gap.ratio, Measurement):
        return f"{spoken_times(gap.ratio.value, gap.ratio.low, gap.ratio.high)[0]} times as often"
    return "against nobody in its reference"


# -- 3. what cannot be said, and what to do next -------------------------------------


def _caution(report: AuditReport) -> Iterator[Point]:
    if report.caution:
        yield Point(
            what=f"Known of these data: {visible(report.caution)}",
            next="Read every figure with that in mind.",
        )


def _open_points(findings: Findings) -> Iterator[Point]:
    audit = findings.audit
    yield from _unsettled(findings)
    yield from _missing(findings)
    if audit.plan.columns.label is None:
        yield Point(
            what="No outcome is known, so no error rate was measured: nothing is said about how "
            "often people were wrongly burdened.",
            next="Join the outcome of each decision to the data and audit again with --label.",
        )
    yield from _no_limit(audit)
    if audit.conflicts:
        yield Point(
            what="Two measures disagree: precision is nearly equal between groups whose wrongful "
            "burden is not. Both are true.",
            next="Decide which of them binds, say so, and give the reason (see “Two measures "
            "disagree”).",
        )
    by = listed(shown(column) for column in audit.plan.columns.by)
    yield Point(
        what=f"Only {by} {'was' if len(audit.plan.columns.by) == 1 else 'were'} looked at.",
        next=f"Say for each other ground why not, or audit by it too: {GROUNDS}.",
    )


def _unsettled(findings: Findings) -> Iterator[Point]:
    audit = findings.audit
    judged = [gap for gap in audit.gaps if gap.norm is not None]
    few = [gap for gap in judged if _reason(gap) == "too_few_records"]
    if few:
        groups = len({gap.group for gap in few})
        yield Point(
            what=f"{count(len(few))} of {counted(len(judged), 'comparison')} rest on too few "
            f"records to say; {counted(groups, 'group')} of {count(len(audit.groups))} "
            f"{'is' if groups == 1 else 'are'} concerned. They stay in every table, and they "
            "are not cleared.",
            next="Audit a longer period, or gather more records; each table says about how many. "
            f"{_largest_need(findings, few)}",
        )
    missing = [gap for gap in judged if _reason(gap) == "missing_values"]
    if missing:
        yield Point(
            what=f"{counted(len(missing), 'comparison')} would lie within the limit, but not "
            "whatever the missing decisions and outcomes are.",
            next="Complete the missing values, or show why they are missing.",
        )
    nothing = [
        gap for gap in judged if _reason(gap) not in {"", "too_few_records", "missing_values"}
    ]
    if nothing:
        reasons = listed(dict.fromkeys(_needs(gap) for gap in nothing), last="or")
        yield Point(
            what=f"{counted(len(nothing), 'comparison')} could not be made at all.",
            next=f"What is needed: {reasons}.",
        )


def _largest_need(findings: Findings, few: Sequence[Gap]) -> str:
    """What the largest undecided group would need: the one nearest to mattering."""
    first = max(few, key=lambda gap: findings.results[gap.group].n)
    words = wordings(positive_is_favourable=findings.audit.positive_is_favourable)
    return (
        f"For example, for {group_name(first.group)} and the {words[first.measure].name.lower()}: "
        f"{_needs(first)}."
    )


def _reason(gap: Gap) -> str:
    return gap.verdict.reason if isinstance(gap.verdict, CannotSay) else ""


def _needs(gap: Gap) -> str:
    return gap.verdict.needs if isinstance(gap.verdict, CannotSay) else ""


def _missing(findings: Findings) -> Iterator[Point]:
    audit = findings.audit
    everyone = audit.everyone
    parts = []
    if everyone.without_decision:
        parts.append(f"{counted(everyone.without_decision, 'record')} without a decision")
    if audit.plan.columns.label is not None and everyone.without_label:
        parts.append(f"{counted(everyone.without_label, 'record')} without an outcome")
    for column in audit.plan.columns.by:
        held = findings.results.get(((column, None),))
        if held is not None:
            parts.append(f"{counted(held.n, 'record')} without a value of {shown(column)}")
    if parts:
        yield Point(
            what=f"The data have {listed(parts)}.",
            next="Find out why. A missing value makes a group of its own, (missing); a missing "
            "decision or outcome was filled in as badly as possible before anything was called "
            "met.",
        )


def _no_limit(audit: Audit) -> Iterator[Point]:
    words = wordings(positive_is_favourable=audit.positive_is_favourable)
    without = [
        words[name].name.lower()
        for name in ORDER
        if name in audit.everyone.measures and not audit.plan.norms.of(name)
    ]
    if without:
        profile = audit.plan.norms.profile
        whose = "no profile was chosen" if profile == NO_PROFILE else f"{shown(profile)} sets none"
        yield Point(
            what=f"No limit was set for {listed(without)} ({whose}): shown, not judged.",
            next="Whoever is responsible sets a limit, with a reason, before the next audit.",
        )


def _next_steps(audit: Audit) -> Iterator[str]:
    match audit.verdict:
        case "not_met":
            yield "Ask those who run the system for the cause of the difference, in writing."
            yield (
                "Decide whether it may go on being used while the cause is unknown, and say who "
                "decided."
            )
            if audit.plan.columns.label is None:
                yield "Look at the decisions on these people again, and put right what was wrong."
            else:
                yield "Find the people who were wrongly burdened, tell them, and put it right."
        case "met":
            yield (
                "Keep the evidence, and measure again on new data: this is about the records "
                "named here and no others."
            )
        case _:
            yield (
                "Do not read this as a pass. Settle what is open, as said with each point, and "
                "audit again."
            )
