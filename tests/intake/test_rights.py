"""By role, action and agency: nobody does with the log, or sees of it, more than their part."""

import inspect
import pkgutil
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
from django.db import transaction

from answerable import intake
from answerable.intake import (
    erasure,
    findings,
    historic,
    log,
    queries,
    retention,
    retention_limits,
    sample,
    scan,
    sealing,
)
from answerable.intake.addresses import parse_address
from answerable.intake.commits import Desk
from answerable.intake.findings import FindingNotOpen, OwnFinding, UnknownFinding
from answerable.intake.hot.store import open_store
from answerable.intake.mappings import parse_mapping
from answerable.intake.marks import Judge
from answerable.intake.models import Finding
from answerable.intake.rebuild import Reference
from answerable.intake.subjects import Pseudonyms
from answerable.inventory import actions
from answerable.inventory.queries import UnknownUse
from answerable.ledger.models import EntryRow
from answerable.measure.tables import Limits
from answerable.people.actors import Actor, NotPermitted
from answerable.people.roles import GIVEN, Role
from tests.intake.log_situations import KEY, RECEIPTS, a_decision, arrive
from tests.inventory.situations import HOUR, NINE, OPERATOR, OWNER, USE, a_use, an_actor

pytestmark = pytest.mark.django_db(databases="__all__")

NOW = NINE + HOUR
PSEUDONYMS = Pseudonyms(lookup=b"l" * 32, encryption=b"e" * 32)
ADMIN, OWN, APP, REV = Role.ADMINISTRATOR, Role.OWNER, Role.APPROVER, Role.REVIEWER
MAPPING = b"""
use: north.benefit-check
fields: {source: a, id: b, person: c, version: d, occurred_at: e, outcome: f}
"""

Act = Callable[[Actor, Path], object]


def a_finding(*, use: str = USE, agency: str = "north") -> Finding:
    """An open finding about a use."""
    return Finding.objects.create(
        agency=agency, use=use, kind="closed_use", first_at=NINE, last_at=NINE, count=2
    )


def materialised(viewer: Actor, folder: Path) -> None:
    with log.materialise(
        parse_address(f"log:{USE}"),
        log=folder,
        keys=[KEY.verifier],
        viewer=viewer,
        limits=Limits(),
    ):
        pass


def recorded(viewer: Actor, folder: Path) -> None:
    kept = log.records(
        agency="north", log=folder, keys=[KEY.verifier], viewer=viewer, limits=Limits()
    )
    assert ["d-1"] == [record.id for record in kept]


def imported(by: Actor, folder: Path) -> None:
    (folder / "old.csv").write_text("a,b,c,d,e,f\n")
    historic.import_file(
        str(folder / "old.csv"),
        parse_mapping(MAPPING, file="mapping.yaml"),
        store=open_store(),
        desk=Desk(judge=Judge({}), pseudonyms=PSEUDONYMS, key=RECEIPTS, checkpoint=""),
        refusals=folder / "refused.csv",
        historic=True,
        by=by,
        at=NOW,
        limits=Limits(),
    )


def rebuilt(by: Actor, folder: Path) -> None:
    keys = [KEY.verifier]
    reference = Reference(
        log=folder,
        manifest_keys=keys,
        receipt_keys=keys,
        versions=frozenset(),
        limits=Limits(),
    )
    sample.rebuild_sample(agency="north", use=USE, size=1, reference=reference, by=by, at=NOW)


def shown(viewer: Actor, _folder: Path) -> None:
    if not queries.findings_visible_to(viewer).filter(agency="north").exists():
        raise UnknownFinding


def told_on_the_home_page(viewer: Actor, _folder: Path) -> None:
    if not queries.waiting(viewer, at=NOW):
        raise UnknownFinding


# Every action and query of the room, with the roles that may take it; "part": Answerable's
# own parts, and whoever runs the machine.
ACTIONS: dict[str, tuple[Act, set[Role | str]]] = {
    "findings_visible_to": (shown, {*GIVEN, "part"}),
    "waiting": (told_on_the_home_page, {Role.APPROVER, Role.REVIEWER}),
    "close_finding": (
        lambda by, _: findings.close_finding(
            finding=Finding.objects.get().pk, reason="Dealt with.", by=by, at=NOW
        ),
        {APP, REV},
    ),
    "materialise": (materialised, {OWN, APP, REV, Role.AUDITOR, "part"}),
    "records": (recorded, {OWN, APP, REV, Role.AUDITOR, "part"}),
    "set_retention": (
        lambda by, _: retention_limits.set_retention(use=USE, days=30, by=by, at=NOW),
        {OWN, APP},
    ),
    "erase_person": (
        lambda by, _: erasure.erase_person(
            agency="north", person="person-7", pseudonyms=PSEUDONYMS, by=by, at=NOW
        ),
        {ADMIN, OWN, "part"},
    ),
    "import_file": (imported, {OWN, "part"}),
    "rebuild_sample": (rebuilt, {"part"}),
    "scan": (lambda by, _: scan.scan(at=NOW, ledger_fits=True, by=by), {"part"}),
    "seal": (
        lambda by, folder: sealing.seal(log=folder, upto=0, key=KEY, by=by, at=NOW),
        {"part"},
    ),
    "delete_past": (
        lambda by, folder: retention.delete_past(
            log=folder, days={USE: 1}, keys=[KEY.verifier], by=by, at=NOW, limits=Limits()
        ),
        {"part"},
    ),
}
# Steps of the actions above, which have asked who it is.
STEPS = {"count_finding", "state_gap", "look_at_effects", "need_reader"}


def outcome(act: Act, by: Actor, folder: Path) -> bool:
    """Whether the actor may, leaving nothing behind; what else went wrong is raised."""
    try:
        with transaction.atomic():
            act(by, folder)
            transaction.set_rollback(True)
    except (NotPermitted, UnknownUse, UnknownFinding):
        return False
    return True


@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_is_taken_by_its_roles_in_the_agency_and_by_nobody_else(
    name: str, tmp_path: Path
) -> None:
    a_use()
    a_finding()
    arrive(a_decision(1))
    act, may = ACTIONS[name]
    for role in GIVEN:
        assert outcome(act, an_actor("x", role), tmp_path) is (role in may), role
        assert outcome(act, an_actor("x", role, agency="south"), tmp_path) is False, role
    assert outcome(act, OPERATOR, tmp_path) is ("part" in may)
    assert outcome(act, an_actor("nobody"), tmp_path) is False
    # Running a machine is no role that an agency gives.
    assert outcome(act, an_actor("x", Role.OPERATOR), tmp_path) is (name == "findings_visible_to")


def modules() -> Iterator[ModuleType]:
    for found in pkgutil.iter_modules(intake.__path__):
        if not found.ispkg:
            yield import_module(f"{intake.__name__}.{found.name}")


def test_no_action_and_no_query_was_forgotten() -> None:
    written = set()
    for room in modules():
        for name, found in vars(room).items():
            plain = inspect.unwrap(found) if callable(found) else None
            if not inspect.isfunction(plain) or plain.__module__ != room.__name__:
                continue
            takes = set(plain.__annotations__)
            if not name.startswith("_") and ({"by", "at"} <= takes or "viewer" in takes):
                written.add(name)
    assert written == set(ACTIONS) | STEPS


def test_findings_are_shown_by_agency() -> None:
    a_finding()
    a_finding(agency="south", use="south.parking")
    viewers: tuple[tuple[Actor, list[str]], ...] = (
        (an_actor("x", Role.AUDITOR), ["north"]),
        (an_actor("x", Role.AUDITOR, agency="south"), ["south"]),
        (an_actor("nobody"), []),
    )
    for viewer, agencies in viewers:
        found = queries.findings_visible_to(viewer)
        assert agencies == list(found.values_list("agency", flat=True))
    assert 2 == queries.findings_visible_to(OPERATOR).count()


# -- closing a finding -------------------------------------------------------------------


def close(finding: Finding, *, by: Actor) -> Finding:
    return findings.close_finding(finding=finding.pk, reason="Dealt with.", by=by, at=NOW)


def test_a_closed_finding_says_so_in_the_ledger_and_is_not_closed_again() -> None:
    a_use()
    finding = a_finding()
    assert "closed" == close(finding, by=an_actor("x", REV)).state
    assert "intake.finding.closed" == EntryRow.objects.latest("index").kind
    with pytest.raises(FindingNotOpen):
        close(finding, by=an_actor("x", REV))


def test_nobody_closes_a_finding_about_their_own_use_not_even_after_handing_it_over() -> None:
    a_use()
    finding = a_finding()
    everything = Actor(ref=OWNER.ref, roles=frozenset(("north", role) for role in GIVEN))
    for _ in range(2):
        with pytest.raises(OwnFinding):
            close(finding, by=everything)
        heir = an_actor("heir", OWN)
        actions.name_owner(use=USE, owner=heir, by=everything, at=NOW)
    assert "open" == Finding.objects.get().state


def test_a_finding_of_another_agency_is_as_unknown_as_one_that_is_not_there() -> None:
    finding = a_finding()
    stranger = an_actor("x", *GIVEN, agency="south")
    for number in (finding.pk, finding.pk + 1000):
        with pytest.raises(UnknownFinding):
            findings.close_finding(finding=number, reason="Mine.", by=stranger, at=NOW)
