"""Enrolling systems and uses, and telling what changes about them."""

from datetime import datetime

from django.db import transaction

from answerable.errors import AnswerableError
from answerable.inventory import entries, queries
from answerable.inventory.contexts import Context
from answerable.inventory.models import (
    Deployment,
    Ownership,
    StageEvent,
    System,
    Use,
    UseContext,
    Version,
)
from answerable.inventory.spelling import need_codes, need_version, ref_of
from answerable.inventory.stages import BY_APPROVER, FOLLOWS, Stage
from answerable.ledger.append import append
from answerable.ledger.entries import Entry, Person, WrittenEntry, text_of_time
from answerable.ledger.models import EntryRow
from answerable.people.actors import Actor
from answerable.people.queries import agency as agency_of
from answerable.people.roles import Role

SOURCES = ("client", "files")
# The practice of obligations writes it, and knows this room; this room does not know it.
RIGHTS_CHECKED = "obligations.rights.checked"


class EnrolledAlready(AnswerableError):
    """The inventory holds something of this name."""

    code = "inventory.enrolled_already"
    message = "{ref} is in the inventory already."
    hint = "Choose another name, or work with the one that is there."


class NotBefore(AnswerableError):
    """History is told in its order."""

    code = "inventory.not_before"
    message = "{what} cannot be told as of {at}: {latest} stands there already."
    hint = "Give a later moment; what was is not rewritten."


class RunningSinceRefused(AnswerableError):
    """A system cannot have been running before now from a moment that is not before now."""

    code = "inventory.running_since_refused"
    message = "A use that ran before it was enrolled began earlier than it was enrolled."
    hint = "Leave it out for a new use, which starts in design."


class SourceRefused(AnswerableError):
    """A typed-in version proves nothing."""

    code = "inventory.source_refused"
    message = "A version comes from {known}, not from {found}."
    hint = "Let the client compute it from what runs, or give the files."


class UnknownVersion(AnswerableError):
    """The system has no such version."""

    code = "inventory.unknown_version"
    message = "{system} has no version {version}."
    hint = "Record it first: the client reports it when it starts."


class StageRefused(AnswerableError):
    """One stage does not follow the other."""

    code = "inventory.stage_refused"
    message = "{use} is in the stage {now}, from which it cannot enter {wanted}."
    hint = "From there it can enter {possible}."


class RightsEntryMissing(AnswerableError):
    """A stage is entered on a rights check of its own."""

    code = "inventory.rights_entry_missing"
    message = "Entry {entry} of the ledger is no rights check of this use for this stage alone."
    hint = "Make the rights check for the new stage, and name its entry."
    citation = "REQUIREMENTS P1a"


def enrol_system(*, agency: str, slug: str, name: str, by: Actor, at: datetime) -> System:
    """Put a system into the inventory."""
    by.need(Role.OWNER, agency=agency)
    ref = ref_of(agency=agency, slug=slug)
    with transaction.atomic():
        agency_of(agency)
        if System.objects.filter(ref=ref).exists():
            raise EnrolledAlready(ref=ref)
        told = entries.SystemEnrolled(system=ref, name=name)
        entry = append(told, by=by, at=at, agency=agency).index
        return System.objects.create(
            agency_id=agency, ref=ref, name=name, enrolled_at=at, entry=entry
        )


def record_version(*, system: str, digest: str, source: str, by: Actor, at: datetime) -> Version:
    """Record a version that a client reported or that was computed from files; once is enough."""
    found = queries.system_for(by, system, Role.OWNER)
    need_version(digest)
    if source not in SOURCES:
        raise SourceRefused(known=" or ".join(SOURCES), found=source[:40])
    with transaction.atomic():
        known = found.versions.select_for_update().filter(digest=digest).first()
        if known is not None:
            return known
        told = entries.VersionRecorded(system=system, version=digest, source=source)
        entry = append(told, by=by, at=at, agency=found.agency_id).index
        return Version.objects.create(
            system=found, digest=digest, source=source, recorded_at=at, entry=entry
        )


def enrol_use(
    *,
    system: str,
    slug: str,
    name: str,
    context: Context,
    reasons: tuple[str, ...] = (),
    attributes: tuple[str, ...] = (),
    running_since: datetime | None = None,
    by: Actor,
    at: datetime,
) -> Use:
    """Put a use into the inventory, owned by whoever enrols it. It opens nothing.

    ``running_since`` tells of a use that was deciding before it was enrolled: it starts
    in the stage `use`, any other in `design`.
    """
    found = queries.system_for(by, system, Role.OWNER)
    agency = found.agency_id
    ref = ref_of(agency=agency, slug=slug)
    need_codes((*reasons, *attributes))
    if running_since is not None and running_since >= at:
        raise RunningSinceRefused
    with transaction.atomic():
        if Use.objects.filter(ref=ref).exists():
            raise EnrolledAlready(ref=ref)
        began = None if running_since is None else text_of_time(running_since)
        told = entries.UseEnrolled(use=ref, system=system, name=name, running_since=began)
        use = Use.objects.create(
            agency_id=agency,
            system=found,
            ref=ref,
            name=name,
            reasons=sorted(reasons),
            attributes=sorted(attributes),
            running_since=running_since,
            enrolled_at=at,
            entry=append(told, by=by, at=at, agency=agency).index,
        )
        _own(use, by.ref, by=by, at=at)
        _set_context(use, context, by=by, at=at)
        _enter(
            use,
            Stage.DESIGN if running_since is None else Stage.USE,
            version=None,
            rights_entry=None,
            by=by,
            at=at,
        )
    return use


def change_context(*, use: str, context: Context, by: Actor, at: datetime) -> UseContext:
    """Tell that a use has another context: what was shown for the old one counts no more."""
    with transaction.atomic():
        found = _locked(queries.use_for(by, use, Role.OWNER))
        latest = queries.context_of(found)
        if latest.digest == context.digest():
            return latest
        _need_later(latest.since, at, what="A context")
        return _set_context(found, context, by=by, at=at)


def change_catalogue(
    *, use: str, reasons: tuple[str, ...], attributes: tuple[str, ...], by: Actor, at: datetime
) -> Use:
    """Set the reason codes that adverse decisions may give, and the names of attributes."""
    need_codes((*reasons, *attributes))
    with transaction.atomic():
        found = _locked(queries.use_for(by, use, Role.OWNER))
        found.reasons, found.attributes = sorted(reasons), sorted(attributes)
        found.save(update_fields=["reasons", "attributes"])
        _tell(
            entries.CatalogueChanged(
                use=use, reasons=tuple(found.reasons), attributes=tuple(found.attributes)
            ),
            found,
            by=by,
            at=at,
        )
    return found


def name_owner(*, use: str, owner: Actor, by: Actor, at: datetime) -> Ownership:
    """Hand a use to another owner. Whoever has owned it never approves it."""
    with transaction.atomic():
        found = _locked(queries.use_for(by, use, Role.OWNER))
        owner.need(Role.OWNER, agency=found.agency_id)
        return _own(found, owner.ref, by=by, at=at)


def start_deployment(*, use: str, version: str, by: Actor, at: datetime) -> Deployment:
    """Tell that a version runs for a use from now on, in place of the one before."""
    with transaction.atomic():
        found = _locked(queries.use_for(by, use, Role.OWNER))
        known = _version_of(found, version)
        _need_latest(found.deployments.order_by("since").last(), at, what="A deployment")
        return Deployment.objects.create(
            use=found,
            version=known,
            since=at,
            entry=_tell(entries.DeploymentStarted(use=use, version=version), found, by=by, at=at),
        )


def end_deployment(*, use: str, by: Actor, at: datetime) -> Deployment:
    """Tell that nothing runs for a use any more."""
    with transaction.atomic():
        found = _locked(queries.use_for(by, use, Role.OWNER))
        _need_latest(found.deployments.order_by("since").last(), at, what="A deployment")
        return Deployment.objects.create(
            use=found,
            version=None,
            since=at,
            entry=_tell(entries.DeploymentEnded(use=use), found, by=by, at=at),
        )


def enter_stage(
    *,
    use: str,
    stage: Stage,
    rights_entry: int,
    version: str | None = None,
    by: Actor,
    at: datetime,
) -> StageEvent:
    """Move a use to another stage of its life, on a rights check of that stage's own.

    The stage alone opens nothing; what else a row holds up is refused by `gate.stages`,
    through which people come here.
    """
    role = Role.APPROVER if stage in BY_APPROVER else Role.OWNER
    with transaction.atomic():
        found = _locked(queries.use_for(by, use, role))
        now = queries.stage_of(found)
        if stage not in FOLLOWS[now]:
            possible = ", ".join(sorted(FOLLOWS[now]))
            raise StageRefused(use=use, now=now, wanted=stage, possible=possible)
        _need_later(found.stages.latest("at", "pk").at, at, what="A stage")
        _need_rights_check(found, stage, rights_entry)
        known = None if version is None else _version_of(found, version)
        return _enter(found, stage, version=known, rights_entry=rights_entry, by=by, at=at)


def _need_rights_check(use: Use, stage: Stage, index: int) -> None:
    """Refuse an entry that is no check of this use for this stage, or was used before."""
    row = EntryRow.objects.filter(index=index, agency=use.agency_id, kind=RIGHTS_CHECKED).first()
    if row is None or StageEvent.objects.filter(rights_entry=index).exists():
        raise RightsEntryMissing(entry=index)
    told = WrittenEntry.read(bytes(row.payload)).fields
    if (told["use"], told["stage"]) != (use.ref, stage.value):
        raise RightsEntryMissing(entry=index)


def _version_of(use: Use, version: str) -> Version:
    known = use.system.versions.filter(digest=version).first()
    if known is None:
        raise UnknownVersion(system=use.system.ref, version=version[:64])
    return known


def _locked(use: Use) -> Use:
    return Use.objects.select_for_update().get(pk=use.pk)


def _tell(entry: Entry, use: Use, *, by: Actor, at: datetime) -> int:
    return append(entry, by=by, at=at, agency=use.agency_id).index


def _own(use: Use, owner: str, *, by: Actor, at: datetime) -> Ownership:
    told = _tell(entries.OwnerNamed(use=use.ref, owner=Person(owner)), use, by=by, at=at)
    return Ownership.objects.create(use=use, owner=owner, since=at, entry=told)


def _set_context(use: Use, context: Context, *, by: Actor, at: datetime) -> UseContext:
    told = entries.ContextChanged(use=use.ref, context=context.digest())
    return UseContext.objects.create(
        use=use,
        content=context.content(),
        digest=context.digest(),
        since=at,
        entry=_tell(told, use, by=by, at=at),
    )


def _enter(
    use: Use,
    stage: Stage,
    *,
    version: Version | None,
    rights_entry: int | None,
    by: Actor,
    at: datetime,
) -> StageEvent:
    told = entries.StageEntered(
        use=use.ref,
        stage=stage.value,
        version=None if version is None else version.digest,
        rights_entry=rights_entry,
    )
    return StageEvent.objects.create(
        use=use,
        stage=stage.value,
        at=at,
        by=by.ref,
        version=version,
        rights_entry=rights_entry,
        entry=_tell(told, use, by=by, at=at),
    )


def _need_latest(last: Deployment | None, at: datetime, *, what: str) -> None:
    if last is not None:
        _need_later(last.since, at, what=what)


def _need_later(latest: datetime, at: datetime, *, what: str) -> None:
    if at <= latest:
        raise NotBefore(what=what, at=text_of_time(at), latest=text_of_time(latest))
