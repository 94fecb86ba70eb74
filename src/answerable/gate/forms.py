"""What is typed in on the pages of the gate."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django import forms

from answerable.gate.terms import Level
from answerable.inventory.stages import Stage
from answerable.kit.forms import DayInput, KitForm

_LONG = 500
_VERSIONS = "By the hash of its files; what runs now stands first."
_NO_VERSION = "None is recorded yet: the program that decides reports its own when it starts."


def end_of(day: Any) -> datetime:  # noqa: ANN401 - as a form cleaned it
    """Give the end of a day that was typed in, in UTC."""
    return datetime.combine(day, time.min, tzinfo=UTC) + timedelta(days=1)


class VersionForm(KitForm):
    """A choice among the versions of a system."""

    def __init__(self, versions: tuple[str, ...], **kwargs: Any) -> None:  # noqa: ANN401
        """Offer the versions there are."""
        super().__init__(**kwargs)
        self.fields["version"] = forms.ChoiceField(
            label="Version",
            help_text=_VERSIONS if versions else _NO_VERSION,
            choices=[(digest, digest) for digest in versions],
        )
        self.order_fields(["version", *(name for name in self.fields if name != "version")])


class ApprovalForm(VersionForm):
    """An approval, or a pilot."""

    until = forms.DateField(label="Until and including", widget=DayInput)
    conditions = forms.CharField(
        label="On which conditions?",
        required=False,
        help_text="One a line. They are public.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    cap = forms.IntegerField(
        label="For a pilot: how many decisions at most?", required=False, min_value=1
    )
    exit_criteria = forms.CharField(
        label="For a pilot: what must be shown before it may grow?",
        required=False,
        max_length=_LONG,
    )
    stop_rule = forms.CharField(
        label="For a pilot: what stops it?", required=False, max_length=_LONG
    )
    redress = forms.CharField(
        label="For a pilot: how are people it harms made whole?", required=False, max_length=_LONG
    )


class ReasonForm(KitForm):
    """A reason, for the public."""

    reason = forms.CharField(
        label="Why?",
        max_length=_LONG,
        help_text="The reason is public. Name no person.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ShadowForm(VersionForm):
    """A run without effect."""

    until = forms.DateField(label="Until and including", widget=DayInput)


class WaiverForm(VersionForm):
    """Leave for a row to be *cannot say* for a while."""

    row = forms.CharField(
        label="Which row?",
        max_length=8,
        help_text="Its code on the page of the use, such as P2.5b.",
    )
    reason = ReasonForm.base_fields["reason"]
    until = forms.DateField(label="Until and including", widget=DayInput)


class HoldForm(KitForm):
    """A hold on the whole use."""

    level = forms.ChoiceField(
        label="What is to happen?",
        choices=[
            (Level.PAUSE, "Pause: decisions are made, none takes effect"),
            (Level.PEOPLE_ONLY, "People only: people decide, the system does not"),
            (Level.STOPPED, "Stop: nothing is decided; to start again takes a new approval"),
        ],
        widget=forms.RadioSelect,
    )
    ground = forms.CharField(
        label="On what ground?",
        max_length=60,
        help_text="A code in small letters, such as wrong_letters.",
    )


class LiftForm(KitForm):
    """What shows that a hold may be lifted."""

    rests_on = forms.CharField(
        label="What shows that it may be lifted?",
        help_text="One a line: evidence by its digest, or entries of the ledger.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class StageForm(KitForm):
    """The next stage of a use."""

    rights_entry = forms.IntegerField(
        label="The entry of the rights check for this stage",
        help_text="Its number in the ledger, from the page of obligations.",
        min_value=0,
    )

    def __init__(self, stages: tuple[Stage, ...], versions: tuple[str, ...], **kwargs: Any) -> None:  # noqa: ANN401
        """Offer the stages that may follow."""
        super().__init__(**kwargs)
        self.fields["stage"] = forms.ChoiceField(
            label="Next stage",
            choices=[(stage.value, stage.value.capitalize()) for stage in stages],
        )
        self.fields["version"] = forms.ChoiceField(
            label="With which version?",
            required=False,
            choices=[("", "none yet"), *((digest, digest) for digest in versions)],
        )
        self.order_fields(["stage", "version", "rights_entry"])
