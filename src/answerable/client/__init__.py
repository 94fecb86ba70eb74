"""What an agency's software imports: permission before, a record after."""

from answerable.client.answers import Answer, Course
from answerable.client.client import Client
from answerable.client.records import Decision, Effect, Outcome, Reference, Review
from answerable.client.states import ClientState, NotRecorded, Recorded
from answerable.client.versions import Version, version_of

__all__ = [
    "Answer",
    "Client",
    "ClientState",
    "Course",
    "Decision",
    "Effect",
    "NotRecorded",
    "Outcome",
    "Recorded",
    "Reference",
    "Review",
    "Version",
    "version_of",
]
