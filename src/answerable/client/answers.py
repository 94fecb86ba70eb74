"""What `ask` answers: the course to take for one person, and why."""

from dataclasses import dataclass
from enum import StrEnum

from answerable.record.leases import Lease, State


class Course(StrEnum):
    """What the calling program does with one person now."""

    PROCEED = "proceed"
    PROCEED_WITHOUT_EFFECT = "proceed_without_effect"
    PEOPLE_ONLY = "people_only"
    STOPPED = "stopped"


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """A course, the reason as a code and as a sentence, and the lease it rests on.

    ``lease`` is empty where the answer rests on none. Write it into the decision.
    """

    course: Course
    reason: str
    sentence: str
    lease: str = ""


# Why the client itself answers `people_only`: the code, and the sentence for people.
REASONS = {
    "no_lease": "No lease has come from the gateway yet; the client's log says what prevents it.",
    "lease_expired": "The last lease has run out and no new one has come.",
    "clock_set_back": "The machine's clock went back, so the age of the lease is unknown.",
    "lease_malformed": "What the gateway sent is no lease.",
    "lease_not_signed": "No trusted key signed what the gateway sent.",
    "lease_for_another_use": "The lease the gateway sent is for another use.",
    "lease_for_another_version": "The lease the gateway sent is for another version than runs.",
    "lease_for_another_request": "The lease the gateway sent answers another request.",
    "opt_outs_missing": "The list of people who opted out could not be fetched.",
    "opt_outs_differ": "The list of people who opted out is not the one the lease names.",
    "opted_out": "The person opted out: a person decides.",
    "person_unreadable": "The person's pseudonym is not a text of 1 to 200 characters.",
    "cap_spent": "The decisions allotted to this lease are spent.",
    "cap_returned": "The decisions left were handed back while a new lease is fetched.",
    "spool_full": "The spool is full: records wait for the gateway.",
    "spool_unwritable": "The spool cannot be written.",
    "spool_unreadable": "The spool cannot be read.",
    "closed": "The client was closed.",
    "fault": "The client failed in a way it does not know.",
}

_COURSES = {
    State.OPEN: Course.PROCEED,
    State.OBSERVE: Course.PROCEED,
    State.SHADOW: Course.PROCEED_WITHOUT_EFFECT,
    State.PEOPLE_ONLY: Course.PEOPLE_ONLY,
    State.STOPPED: Course.STOPPED,
}

_SENTENCES = {
    State.OPEN: "The permit is open.",
    State.OBSERVE: "The use is being observed: everything is recorded, nothing is cleared.",
    State.SHADOW: "Compute and record, and let nothing follow from it.",
    State.PEOPLE_ONLY: "People decide: the permit is not open.",
    State.STOPPED: "The use is stopped.",
}


def people_only(reason: str, *, lease: str = "") -> Answer:
    """Leave the person to people, for a reason of the client's own.

    Examples
    --------
    >>> people_only("opted_out").sentence
    'The person opted out: a person decides.'
    """
    return Answer(course=Course.PEOPLE_ONLY, reason=reason, sentence=REASONS[reason], lease=lease)


def answer_under(lease: Lease) -> Answer:
    """Say what a lease in force lets the program do."""
    return Answer(
        course=_COURSES[lease.state],
        reason=lease.reason,
        sentence=_SENTENCES[lease.state],
        lease=lease.id,
    )
