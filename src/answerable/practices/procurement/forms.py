"""What is typed in on the pages of procurement."""

from typing import Any

from django import forms

from answerable.kit.forms import DayInput, KitForm
from answerable.measure.catalogue import MEASURE_NAMES
from answerable.practices.procurement.rules import MOST_DAYS, Promise

_LONGEST = 300
_HALF_A_YEAR = 180


class ClaimForm(KitForm):
    """A vendor's claim, as it can be tested."""

    metric = forms.ChoiceField(
        label="What does the vendor put a number on?",
        choices=[(one, one.replace("_", " ").capitalize()) for one in MEASURE_NAMES],
    )
    promise = forms.ChoiceField(
        label="The number is",
        choices=[(Promise.AT_LEAST.value, "at least"), (Promise.AT_MOST.value, "at most")],
        widget=forms.RadioSelect,
    )
    value = forms.FloatField(
        label="The promised number",
        min_value=0,
        max_value=1,
        help_text="A share from 0 to 1: 0.7 for 70 %.",
    )
    population = forms.CharField(
        label="For whom was it promised?", max_length=_LONGEST, help_text="In the vendor's words."
    )
    attribute = forms.CharField(
        label="Attribute of the group",
        required=False,
        max_length=64,
        help_text="Such as sex, where the claim is about one group. Leave both empty otherwise.",
    )
    group_value = forms.CharField(label="Its value", required=False, max_length=64)
    as_of = forms.DateField(label="As of which day?", widget=DayInput)
    document = forms.CharField(
        label="Where does it stand?", max_length=_LONGEST, help_text="Document and page."
    )
    sha256 = forms.CharField(
        label="SHA-256 of the document",
        min_length=64,
        max_length=64,
        help_text="So that nobody can say later that another document was meant.",
    )
    every_days = forms.IntegerField(
        label="To be tested again after how many days?",
        min_value=1,
        max_value=MOST_DAYS,
        initial=_HALF_A_YEAR,
    )
    version = forms.ChoiceField(label="About which version?")

    def __init__(self, versions: tuple[str, ...], **kwargs: Any) -> None:  # noqa: ANN401
        """Offer the versions that are recorded."""
        super().__init__(**kwargs)
        self.fields["version"] = forms.ChoiceField(
            label="About which version?", choices=[(one, one[:16]) for one in versions]
        )


class PeriodForm(KitForm):
    """On which decisions a claim is tested."""

    since_on = forms.DateField(label="From", widget=DayInput)
    until_on = forms.DateField(
        label="Until", widget=DayInput, help_text="This day is not included."
    )
    shadow = forms.BooleanField(
        label="Those that were computed without effect, and no others", required=False
    )


class ReasonForm(KitForm):
    """A reason that stays on record."""

    reason = forms.CharField(
        label="Why?", max_length=_LONGEST, widget=forms.Textarea(attrs={"rows": 3})
    )
