"""Reactions: when this entry was written, do that; after the commit, and once for each entry.

What a reaction does and the note that it is done are one transaction, so a killed process
leaves either both or neither. A reaction that fails stays in sight until a later run of it
succeeds; what leaves the machine goes through an outbox of the room that sends it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from answerable.errors import AnswerableError
from answerable.flow.models import DueReaction, ReactionPosition
from answerable.ledger.entries import WrittenEntry
from answerable.ledger.models import EntryRow
from answerable.people.actors import Actor

FLOW = Actor.operator("answerable/flow")
RETRIED_AFTER = timedelta(minutes=10)
# A reaction may itself write entries that another one answers; a circle ends here and goes
# on at the next run.
_ROUNDS = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Reaction:
    """What is done about entries of some kinds. ``name`` never changes: it is remembered."""

    name: str
    kinds: frozenset[str]
    run: Callable[[WrittenEntry, Actor, datetime], object]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reacted:
    """What became of a reaction to an entry. An empty ``failure`` means that it was done."""

    reaction: str
    index: int
    failure: str = ""


def react(reactions: Sequence[Reaction], *, at: datetime) -> tuple[Reacted, ...]:
    """Answer every entry that was not answered yet; one failure holds up no other."""
    done: list[Reacted] = []
    for _ in range(_ROUNDS):
        _note_new(reactions)
        ran = list(_run_all(reactions, at=at))
        done += ran
        if not ran:
            break
    return tuple(done)


def overdue() -> QuerySet[DueReaction]:
    """List the reactions that were tried and are not done."""
    return DueReaction.objects.filter(finished_at=None).exclude(failure="").order_by("index", "pk")


def _note_new(reactions: Iterable[Reaction]) -> None:
    """Write down what is to be done about the entries since the last time."""
    by_kind: dict[str, list[str]] = {}
    for reaction in reactions:
        for kind in reaction.kinds:
            by_kind.setdefault(kind, []).append(reaction.name)
    with transaction.atomic():
        position = ReactionPosition.objects.select_for_update().filter(pk=1).first()
        if position is None:
            ReactionPosition.objects.bulk_create(
                [ReactionPosition(pk=1, next_index=0)], ignore_conflicts=True
            )
            position = ReactionPosition.objects.select_for_update().get(pk=1)
        # Entries have no gaps, and who appends holds the head: none appears behind this.
        last = EntryRow.objects.order_by("-index").values_list("index", flat=True).first()
        if last is None or last < position.next_index:
            return
        new = EntryRow.objects.filter(
            index__gte=position.next_index, index__lte=last, kind__in=by_kind
        )
        DueReaction.objects.bulk_create(
            [
                DueReaction(reaction=name, index=index)
                for index, kind in new.order_by("index").values_list("index", "kind")
                for name in by_kind[kind]
            ]
        )
        position.next_index = last + 1
        position.save(update_fields=["next_index"])


def _run_all(reactions: Sequence[Reaction], *, at: datetime) -> Iterable[Reacted]:
    by_name = {reaction.name: reaction for reaction in reactions}
    untried = Q(tried_at=None) | Q(tried_at__lt=at - RETRIED_AFTER)
    due = DueReaction.objects.filter(untried, finished_at=None, reaction__in=by_name)
    for pk in list(due.order_by("index", "pk").values_list("pk", flat=True)):
        reacted = _run(pk, by_name, at=at)
        if reacted is not None:
            yield reacted


def _run(pk: int, by_name: dict[str, Reaction], *, at: datetime) -> Reacted | None:
    try:
        with transaction.atomic():
            row = DueReaction.objects.select_for_update().get(pk=pk)
            if row.finished_at is not None:
                return None
            entry = WrittenEntry.read(bytes(EntryRow.objects.get(index=row.index).payload))
            by_name[row.reaction].run(entry, FLOW, at)
            row.finished_at, row.failure = at, ""
            row.tried_at, row.attempts = at, row.attempts + 1
            row.save(update_fields=["finished_at", "failure", "tried_at", "attempts"])
            return Reacted(reaction=row.reaction, index=row.index)
    except AnswerableError as error:
        failure = str(error)
    except Exception as error:  # noqa: BLE001 - a failure is kept in the row, where it is overdue
        # Its message may quote a cell or a name.
        failure = f"a fault of ours ({type(error).__name__})"
    return _failed(pk, failure[:300], at=at)


def _failed(pk: int, failure: str, *, at: datetime) -> Reacted:
    with transaction.atomic():
        row = DueReaction.objects.select_for_update().get(pk=pk)
        row.failure, row.tried_at, row.attempts = failure, at, row.attempts + 1
        row.save(update_fields=["failure", "tried_at", "attempts"])
    return Reacted(reaction=row.reaction, index=row.index, failure=failure)
