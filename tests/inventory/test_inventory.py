"""Systems, versions, uses and the stages of their life."""

from dataclasses import replace
from datetime import timedelta

import pytest

from answerable.inventory import actions, queries
from answerable.inventory.actions import (
    EnrolledAlready,
    NotBefore,
    RightsEntryMissing,
    RunningSinceRefused,
    SourceRefused,
    StageRefused,
    UnknownVersion,
)
from answerable.inventory.contexts import Context, ContextRefused
from answerable.inventory.models import StageEvent
from answerable.inventory.spelling import CodeRefused, RefRefused, VersionRefused
from answerable.inventory.stages import FOLLOWS, Stage
from answerable.ledger.models import EntryRow
from answerable.people.actors import Actor, NotPermitted
from answerable.people.queries import UnknownAgency
from answerable.people.roles import Role
from tests.gate.situations import a_rights_entry
from tests.inventory.situations import (
    APPROVER,
    CONTEXT,
    DAY,
    HOUR,
    NINE,
    OWNER,
    USE,
    VERSION_A,
    VERSION_B,
    a_use,
    an_actor,
    an_agency,
)

pytestmark = pytest.mark.django_db(databases="__all__")

SYSTEM = "north.benefit-check-system"


def test_a_use_is_enrolled_in_design_and_owned_by_whoever_enrolled_it() -> None:
    use = a_use()
    assert (use.ref, use.agency_id, queries.owner_of(use)) == (USE, "north", OWNER.ref)
    assert (queries.stage_of(use), queries.running_version(use)) == (Stage.DESIGN, None)
    assert queries.context_from(queries.context_of(use)) == replace(
        CONTEXT, outcomes=("checked", "paid", "refused")
    )


def test_one_that_ran_before_starts_in_use_and_must_have_begun_earlier() -> None:
    use = a_use(running_since=NINE - DAY)
    assert queries.stage_of(use) is Stage.USE
    with pytest.raises(RunningSinceRefused):
        a_use(slug="another", running_since=NINE)


def test_a_name_stands_once_and_is_written_one_way() -> None:
    a_use()
    with pytest.raises(EnrolledAlready):
        actions.enrol_system(
            agency="north", slug="benefit-check-system", name="Again", by=OWNER, at=NINE
        )
    for slug in ("Benefit", "benefit_check", "-a", "a" * 61, ""):
        with pytest.raises(RefRefused):
            actions.enrol_system(agency="north", slug=slug, name="X", by=OWNER, at=NINE)


def test_a_system_belongs_to_an_agency_that_is_there() -> None:
    an_agency()
    nowhere = an_actor("owner", Role.OWNER, agency="nowhere")
    with pytest.raises(UnknownAgency):
        actions.enrol_system(agency="nowhere", slug="x", name="X", by=nowhere, at=NINE)


def test_a_version_is_a_digest_that_was_computed_and_recorded_once() -> None:
    a_use()
    record = {"system": SYSTEM, "by": OWNER, "at": NINE}
    with pytest.raises(VersionRefused):
        actions.record_version(digest="2.1", source="client", **record)  # type: ignore[arg-type]  # by name
    with pytest.raises(SourceRefused):
        actions.record_version(digest="cc" * 32, source="typed", **record)  # type: ignore[arg-type]  # by name
    before = EntryRow.objects.count()
    again = actions.record_version(digest=VERSION_A, source="files", **record)  # type: ignore[arg-type]  # by name
    assert (again.source, EntryRow.objects.count()) == ("client", before)


def test_what_runs_is_the_version_that_was_deployed_last() -> None:
    use = a_use()
    actions.start_deployment(use=USE, version=VERSION_A, by=OWNER, at=NINE + HOUR)
    actions.start_deployment(use=USE, version=VERSION_B, by=OWNER, at=NINE + 2 * HOUR)
    assert queries.running_version(use) == VERSION_B
    with pytest.raises(UnknownVersion):
        actions.start_deployment(use=USE, version="cc" * 32, by=OWNER, at=NINE + 3 * HOUR)
    with pytest.raises(NotBefore):
        actions.start_deployment(use=USE, version=VERSION_A, by=OWNER, at=NINE + 2 * HOUR)
    actions.end_deployment(use=USE, by=OWNER, at=NINE + 3 * HOUR)
    assert queries.running_version(use) is None


def test_a_context_that_says_the_same_changes_nothing_and_another_is_added() -> None:
    use = a_use()
    reordered = replace(CONTEXT, outcomes=tuple(reversed(CONTEXT.outcomes)))
    actions.change_context(use=USE, context=reordered, by=OWNER, at=NINE + HOUR)
    assert use.contexts.count() == 1
    actions.change_context(use=USE, context=replace(CONTEXT, bought=True), by=OWNER, at=NINE + HOUR)
    assert use.contexts.count() == 2
    assert queries.context_of(use, at=NINE).content["bought"] is False
    with pytest.raises(NotBefore):
        actions.change_context(use=USE, context=CONTEXT, by=OWNER, at=NINE + HOUR)


@pytest.mark.parametrize(
    "change",
    [
        {"purpose": " "},
        {"population": "x" * 501},
        {"legal_basis": ""},
        {"outcomes": ("paid", "paid")},
        {"outcomes": ("not a code",)},
        {"adverse": ("stopped",)},
    ],
)
def test_a_context_leaves_nothing_unsaid(change: dict[str, object]) -> None:
    with pytest.raises(ContextRefused):
        replace(CONTEXT, **change)  # type: ignore[arg-type]  # by the names of the fields


def test_any_change_of_a_context_changes_its_digest() -> None:
    changed: list[Context] = [
        replace(CONTEXT, purpose="Another."),
        replace(CONTEXT, population="Others."),
        replace(CONTEXT, legal_basis="Another Act."),
        replace(CONTEXT, outcomes=(*CONTEXT.outcomes, "delayed")),
        replace(CONTEXT, adverse=()),
        replace(CONTEXT, bought=True),
    ]
    assert len({CONTEXT.digest(), *(one.digest() for one in changed)}) == 7


def test_reasons_and_attributes_are_codes() -> None:
    use = a_use()
    with pytest.raises(CodeRefused):
        actions.change_catalogue(use=USE, reasons=("no papers",), attributes=(), by=OWNER, at=NINE)
    actions.change_catalogue(use=USE, reasons=("b", "a"), attributes=("sex",), by=OWNER, at=NINE)
    use.refresh_from_db()
    assert use.reasons == ["a", "b"]


def test_an_owner_hands_over_only_to_an_owner_of_the_agency() -> None:
    use = a_use()
    for other in (APPROVER, an_actor("x", Role.OWNER, agency="south")):
        with pytest.raises(NotPermitted):
            actions.name_owner(use=USE, owner=other, by=OWNER, at=NINE + HOUR)
    heir = an_actor("heir", Role.OWNER)
    actions.name_owner(use=USE, owner=heir, by=OWNER, at=NINE + HOUR)
    assert queries.owner_of(use) == heir.ref
    assert queries.owners_ever(use) == {OWNER.ref, heir.ref}


# -- stages -------------------------------------------------------------------------------


def enter(stage: Stage, *, hours: int, by: Actor, entry: int | None = None) -> StageEvent:
    at = NINE + hours * HOUR
    wanted = a_rights_entry(stage, at=at) if entry is None else entry
    return actions.enter_stage(use=USE, stage=stage, rights_entry=wanted, by=by, at=at)


def test_the_stages_are_told_with_moment_actor_and_version() -> None:
    use = a_use()
    enter(Stage.DEVELOP, hours=1, by=OWNER)
    event = actions.enter_stage(
        use=USE,
        stage=Stage.DEPLOY,
        rights_entry=a_rights_entry(Stage.DEPLOY, at=NINE),
        version=VERSION_A,
        by=APPROVER,
        at=NINE + 2 * HOUR,
    )
    assert (event.by, event.version.digest if event.version else None) == (
        APPROVER.ref,
        VERSION_A,
    )
    told = list(use.stages.order_by("at").values_list("stage", "at"))
    assert told == [
        ("design", NINE),
        ("develop", NINE + HOUR),
        ("deploy", NINE + 2 * HOUR),
    ]


def test_an_owner_does_not_move_a_use_to_people_and_an_approver_does_not_design() -> None:
    a_use()
    with pytest.raises(NotPermitted):
        enter(Stage.DEVELOP, hours=1, by=APPROVER)
    enter(Stage.DEVELOP, hours=1, by=OWNER)
    for stage in (Stage.DEPLOY, Stage.DECOMMISSION):
        with pytest.raises(NotPermitted):
            enter(stage, hours=2, by=OWNER)
    enter(Stage.DEPLOY, hours=2, by=APPROVER)


@pytest.mark.parametrize("stage", [Stage.DESIGN, Stage.DEPLOY, Stage.USE])
def test_no_stage_is_skipped(stage: Stage) -> None:
    a_use()
    both = Actor(ref="x", roles=OWNER.roles | APPROVER.roles)
    with pytest.raises(StageRefused, match="decommission, develop, procure"):
        enter(stage, hours=1, by=both)


def test_every_stage_can_be_reached_and_left() -> None:
    assert set(FOLLOWS) == set(Stage)
    assert set().union(*FOLLOWS.values()) == set(Stage)


def test_a_stage_is_entered_on_a_rights_check_of_its_own() -> None:
    a_use()
    entry = a_rights_entry(Stage.DEVELOP, at=NINE)
    of_another_stage = a_rights_entry(Stage.PROCURE, at=NINE)
    of_another_use = a_rights_entry(Stage.DEVELOP, at=NINE, use="north.tax-check")
    # The first entry tells that a system was enrolled: no check of anybody's rights.
    for wrong in (0, entry + 1000, of_another_stage, of_another_use):
        with pytest.raises(RightsEntryMissing):
            enter(Stage.DEVELOP, hours=1, by=OWNER, entry=wrong)
    enter(Stage.DEVELOP, hours=1, by=OWNER, entry=entry)
    enter(Stage.DESIGN, hours=2, by=OWNER)
    with pytest.raises(RightsEntryMissing):
        enter(Stage.DEVELOP, hours=3, by=OWNER, entry=entry)


def test_a_stage_is_not_entered_before_the_last_one() -> None:
    a_use()
    enter(Stage.DEVELOP, hours=2, by=OWNER)
    with pytest.raises(NotBefore):
        enter(Stage.PROCURE, hours=2, by=OWNER)


def test_nobody_of_another_agency_learns_whether_a_use_is_there() -> None:
    a_use()
    stranger = an_actor("x", *Role, agency="south")
    messages = set()
    for ref in (USE, "north.unheard-of"):
        with pytest.raises(queries.UnknownUse) as refused:
            queries.use_for(stranger, ref, *Role)
        messages.add(refused.value.sentence.replace(ref, ""))
    assert len(messages) == 1


def test_every_change_is_told_to_the_ledger_with_its_moment() -> None:
    a_use()
    kinds = list(EntryRow.objects.order_by("index").values_list("kind", flat=True))
    assert kinds == [
        "inventory.system.enrolled",
        "inventory.version.recorded",
        "inventory.version.recorded",
        "inventory.use.enrolled",
        "inventory.owner.named",
        "inventory.context.changed",
        "inventory.stage.entered",
    ]
    recorded = EntryRow.objects.values_list("recorded_at", flat=True).distinct()
    assert list(recorded) == [NINE]
    assert timedelta() == recorded[0] - NINE
