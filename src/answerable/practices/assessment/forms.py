"""What is typed in on the pages of an assessment."""

from typing import Any

from django import forms

from answerable.kit.forms import DayInput, KitForm
from answerable.practices.assessment.rules import (
    LIMITED,
    Dimension,
    Ground,
    How,
    Part,
    Scores,
    in_words,
)

_LONGEST = 500


def _words(code: str) -> str:
    return in_words(code).capitalize()


def _text(label: str, hint: str = "", *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=required,
        max_length=_LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def _level(label: str, *words: str) -> forms.TypedChoiceField:
    """One of five levels, each in words: a bare number means another thing to each reader."""
    return forms.TypedChoiceField(
        label=label,
        coerce=int,
        choices=[(level, f"{level}: {word}") for level, word in enumerate(words, start=1)],
        widget=forms.RadioSelect,
    )


class ScoresForm(KitForm):
    """The four scores of a risk."""

    likelihood = _level(
        "How likely is it?", "rare", "seldom", "now and then", "often", "almost always"
    )
    severity = _level(
        "How bad is it for a person?", "slight", "felt", "serious", "grave", "life or liberty"
    )
    scale = _level("How many people?", "a few", "tens", "hundreds", "thousands", "most of them")
    reversibility = _level(
        "Can it be undone?", "at once", "soon", "with effort", "in part", "never"
    )


def scores_in(given: dict[str, Any]) -> Scores:
    """Read the four scores from what was typed in."""
    return Scores(
        **{name: given[name] for name in ("likelihood", "severity", "scale", "reversibility")}
    )


class RiskForm(ScoresForm):
    """A risk, with its owner's score."""

    dimension = forms.ChoiceField(
        label="What may be harmed?",
        choices=[(one.value, _words(one.value)) for one in Dimension],
        widget=forms.RadioSelect,
    )
    harm = _text("What may happen?", "The harm, in plain words.")
    group = forms.CharField(label="To whom?", max_length=200, help_text="The group hit hardest.")
    field_order = ("dimension", "harm", "group")


class ResidueForm(ScoresForm):
    """What remains of a risk, accepted by an official."""

    reason = _text("Why can this be accepted?", "Your name stands with it in the ledger.")


class MitigationForm(KitForm):
    """What is done about a risk."""

    action = _text("What is done about it?")
    responsible = forms.EmailField(
        label="Who does it?", help_text="The address with which they sign in."
    )
    due_on = forms.DateField(label="By which day?", widget=DayInput)


class ProofForm(KitForm):
    """Two pieces of evidence, from before a mitigation and from after it."""

    before = forms.CharField(
        label="Evidence from before", max_length=64, help_text="Its SHA-256, 64 digits."
    )
    after = forms.CharField(
        label="Evidence from after", max_length=64, help_text="Its SHA-256, 64 digits."
    )
    measure = forms.ChoiceField(
        label="Which number should have changed?",
        choices=[(one, _words(one)) for one in ("selection_rate", *LIMITED)],
    )
    attribute = forms.CharField(
        label="Attribute of the group",
        required=False,
        max_length=64,
        help_text="Such as sex. Leave both empty for everybody.",
    )
    value = forms.CharField(label="Its value", required=False, max_length=64)


class DataForm(KitForm):
    """How the data of one part came about."""

    part = forms.ChoiceField(
        label="Which data?",
        choices=[(one.value, _words(one.value)) for one in Part],
        widget=forms.RadioSelect,
    )
    steps = _text("The steps, each with its code or query", required=False)
    exclusions = _text("What was left out, and how much", required=False)
    label_source = _text("Who says what turned out true", required=False)
    label_agreement = _text("How far those who say it agree", required=False)
    origin = _text("Where the data come from", required=False)
    unknown_because = _text(
        "Or: why nobody can tell",
        "Only if nothing is known. The row then stays cannot say.",
        required=False,
    )


class LimitForm(KitForm):
    """Between which values a rate is to lie."""

    measure = forms.ChoiceField(
        label="Which rate?", choices=[(one, _words(one)) for one in LIMITED]
    )
    low = forms.FloatField(
        label="At least", min_value=0, max_value=1, help_text="A share from 0 to 1."
    )
    high = forms.FloatField(
        label="At most", min_value=0, max_value=1, help_text="A share from 0 to 1."
    )
    reason = _text("Why there?")


class GroundForm(KitForm):
    """How a ground of discrimination is covered."""

    ground = forms.ChoiceField(
        label="Which ground?", choices=[(one.value, _words(one.value)) for one in Ground]
    )
    how = forms.ChoiceField(
        label="How is it looked at?",
        choices=[
            (How.MEASURED.value, "Measured: it is among the attributes"),
            (How.ESTIMATED.value, "Estimated, by a method that the reason names"),
            (How.JOINED.value, "Joined by a trusted third party, which the reason names"),
            (How.QUALITATIVE.value, "In words only, for a reason"),
        ],
        widget=forms.RadioSelect,
    )
    attribute = forms.CharField(label="By which attribute?", required=False, max_length=64)
    reason = _text("The method, or the reason", required=False)


class PeriodForm(KitForm):
    """Which decisions are measured."""

    since_on = forms.DateField(label="From", widget=DayInput)
    until_on = forms.DateField(
        label="Until", widget=DayInput, help_text="This day is not included."
    )
    shadow = forms.BooleanField(
        label="Those that were computed without effect, and no others", required=False
    )


class VersionForm(KitForm):
    """Which version is assessed."""

    def __init__(self, versions: tuple[str, ...], **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        """Offer the versions that are recorded."""
        super().__init__(**kwargs)
        self.fields["version"] = forms.ChoiceField(
            label="Which version?", choices=[(one, one[:16]) for one in versions]
        )


class ReasonForm(KitForm):
    """A reason that stays on record."""

    reason = _text("Why?", "It stays on record.")
