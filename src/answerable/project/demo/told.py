"""What the demonstration showed, read back from the ledger and the tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from answerable.gate import check
from answerable.gate.models import Approval, Ending, StateChange
from answerable.gate.terms import PermitState
from answerable.inventory.figures import latest_figures
from answerable.inventory.models import Figure, Use
from answerable.inventory.queries import use_named
from answerable.ledger import checkpoints, export
from answerable.ledger.models import EntryRow
from answerable.people.actors import Actor
from answerable.practices.monitoring.models import Alarm
from answerable.practices.remedy.models import Challenge, LookBack, Notice
from answerable.project.demo.scene import USE, Scene
from answerable.record.canonical import JsonValue
from answerable.record.ledger_export import VerifiedLedger, verify_export

PRACTICES = (
    *("obligations", "assessment", "monitoring", "competence"),
    *("openness", "remedy", "procurement"),
)
_WITH_EFFECT = {PermitState.OBSERVE, PermitState.OPEN, PermitState.PILOT}
_VIEWER = Actor.operator()


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """The promised JSON, and the ledger as it can be verified offline."""

    document: dict[str, JsonValue]
    figures: tuple[str, ...]
    sentence: str
    ledger: bytes


def told(scene: Scene) -> Told:
    """Sign the ledger as it stands, verify what anybody would get, and say what it holds."""
    exported, verified = _verified_ledger(scene)
    use = use_named(USE)
    document: dict[str, JsonValue] = {
        "practices": {name: _practice(name, use) for name in PRACTICES},
        "permit": {"first": _first_ruling(use), "now": _permit_now(scene)},
        "stopped_on": _stopped_on(use, scene.version),
        "alarms": _alarms(use),
        "looked_back": sum(
            found
            for found in LookBack.objects.filter(use=use).values_list("found", flat=True)
            if found
        ),
        "notices": _notices(use),
        "challenge": _challenge(use),
        "courses": {course.value: count for course, count in sorted(scene.program.courses.items())},
        "failures": list(scene.failures),
        "ledger": {
            "verified": True,
            "size": verified.size,
            "root": verified.root.hex(),
        },
    }
    return Told(
        document=document,
        figures=tuple(_line(one) for found in figures_by_practice(use).values() for one in found),
        sentence=f"{verified.size} entries verified offline, with root {verified.root.hex()}",
        ledger=exported,
    )


def figures_by_practice(use: Use) -> Mapping[str, Sequence[Figure]]:
    """Give the last figures of a use, by practice."""
    found = latest_figures(use)
    return {name: [one for one in found if one.practice == name] for name in PRACTICES}


def _practice(name: str, use: Use) -> JsonValue:
    rows = EntryRow.objects.filter(kind__startswith=f"{name}.").order_by("index")
    return {
        "entries": [
            {"index": index, "kind": kind} for index, kind in rows.values_list("index", "kind")
        ],
        "figures": [_figure(one) for one in figures_by_practice(use)[name]],
    }


def _figure(one: Figure) -> JsonValue:
    return {
        "name": one.name,
        "about": one.about,
        "unit": one.unit,
        "value": one.value,
        "low": one.low,
        "high": one.high,
        "level": one.level,
        "n": one.n,
        "entry": one.entry,
    }


def _line(one: Figure) -> str:
    about = f", {one.about}" if one.about else ""
    return (
        f"{one.practice:<12} {one.name.replace('_', ' ')}{about}: {one.value:.3g} "
        f"({one.low:.3g} to {one.high:.3g}), {one.unit}, n = {one.n:,} [entry {one.entry}]"
    )


def _first_ruling(use: Use) -> str | None:
    """Say what an official first decided about the permit."""
    rulings = [
        *((at, "approved") for at in Approval.objects.filter(use=use).values_list("at", flat=True)),
        *(
            (at, "refused" if refused else "closed")
            for at, refused in Ending.objects.filter(use=use).values_list("at", "refused")
        ),
    ]
    return min(rulings)[1] if rulings else None


def _permit_now(scene: Scene) -> str:
    checked = check.check(
        use=USE,
        version=scene.version,
        viewer=_VIEWER,
        at=scene.clock.now(),
        ledger_fits=scene.chores.fits(),
    )
    return checked.permit.state.value


def _stopped_on(use: Use, version: str) -> str | None:
    """Give the day from which on it decided about nobody with effect."""
    changes = StateChange.objects.filter(use=use, version=version).order_by("at", "pk")
    began = False
    for change in changes:
        with_effect = PermitState(change.state) in _WITH_EFFECT
        if began and not with_effect:
            return change.at.date().isoformat()
        began = began or with_effect
    return None


def _alarms(use: Use) -> JsonValue:
    """List the alarms: the days of the people screened, and the day on which it was raised."""
    return [
        {
            "stream": alarm.stream,
            "level": alarm.tier,
            "since": alarm.from_on.isoformat(),
            "until": alarm.to_on.isoformat(),
            "at": alarm.at.date().isoformat(),
            "entry": alarm.entry,
        }
        for alarm in Alarm.objects.filter(plan__use=use).order_by("at", "pk")
    ]


def _notices(use: Use) -> JsonValue:
    notices = Notice.objects.filter(use=use)
    return {
        "owed": notices.count(),
        "sent": notices.exclude(sent_at=None).count(),
        "delivered": notices.exclude(delivered_at=None).count(),
    }


def _challenge(use: Use) -> JsonValue:
    """Give the days of the first challenge; none where it has not come so far."""
    found = Challenge.objects.filter(use=use).order_by("pk").first()
    if found is None:
        return None
    return {
        "received": _day(found.received_at),
        "acknowledged": _day(found.acknowledged_at),
        "consider_by": _day(found.consider_by),
        "decided": _day(found.decided_at),
        "overturned": found.overturned,
        "remedies": [[one.harm, one.state] for one in found.elements.order_by("pk")],
        "closed": _day(found.closed_at),
    }


def _day(at: datetime | None) -> str | None:
    return None if at is None else at.date().isoformat()


def _verified_ledger(scene: Scene) -> tuple[bytes, VerifiedLedger]:
    held, settings = scene.held, scene.settings
    checkpoints.make(key=held.ledger, folder=settings.checkpoints, at=scene.clock.now())
    exported = export.document(agencies=None, keys=held.lists)
    return exported, verify_export(exported, key=held.identity.verifier)
