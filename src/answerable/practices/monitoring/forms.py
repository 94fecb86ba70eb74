"""What people fill in here."""

from datetime import date
from typing import Any

from django import forms

from answerable.inventory.contexts import Context
from answerable.kit.forms import DayInput, KitForm
from answerable.practices.monitoring.rules.limits import (
    LONGEST_TEXT,
    Measured,
    Side,
    Stream,
    Terms,
)
from answerable.practices.monitoring.rules.periods import Cadence


def _text(label: str, hint: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def _share(label: str, hint: str, *, initial: float) -> forms.FloatField:
    return forms.FloatField(label=label, help_text=hint, min_value=0, max_value=1, initial=initial)


class LimitsForm(KitForm):
    """The limits of a version: volume, groups against each other, what turned out to be true."""

    version = forms.ChoiceField(label="Version")
    begins_on = forms.DateField(
        label="First day",
        help_text="A day after the one on which the reviewer agrees.",
        widget=DayInput(),
    )
    selected = forms.MultipleChoiceField(
        label="Outcomes that count as selected",
        help_text="Usually those that are bad for the person.",
        widget=forms.CheckboxSelectMultiple(),
    )
    low = forms.IntegerField(label="Fewest decisions in a day", min_value=0)
    high = forms.IntegerField(label="Most decisions in a day", min_value=1)
    within = _share(
        "Share of days within these two",
        "0.9 lets one day in ten lie outside.",
        initial=0.9,
    )
    volume_reason = _text("Reason for the baseline", "Where the two numbers come from.")
    groups = forms.CharField(
        label="Groups to compare",
        help_text=(
            "One line each: attribute; group; reference group; most times as often; times as "
            "often to be noticed. For example: sex; F; M; 1.25; 2"
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    group_cases = forms.FloatField(
        label="Decisions about each of these groups in a day", min_value=0.01
    )
    group_share = _share(
        "Share that is expected to be selected", "In the reference group.", initial=0.3
    )
    group_reason = _text("Reason for these limits", "Why this much more often is bearable.")
    age = forms.IntegerField(
        label="Days after which it is known how a decision turned out", min_value=1
    )
    label_yes = forms.CharField(
        label="Label that says yes", help_text="As outcomes are reported.", initial="1"
    )
    label_share = _share("Share of yes that is expected", "As in the years before.", initial=0.35)
    label_limit = _share("Highest bearable share of yes", "0.5 is half.", initial=0.5)
    label_catches = _share("Share of yes that must be noticed", "Above the limit.", initial=0.7)
    missing_limit = _share(
        "Highest bearable share without a label", "At the age given above.", initial=0.1
    )
    label_cases = forms.FloatField(label="Decisions in a month", min_value=0.1)
    label_reason = _text("Reason for these limits", "What was found before the launch.")
    blind_days = forms.IntegerField(
        label="Days in a row that may go unseen",
        help_text="After so many without a counted decision, effects wait.",
        min_value=1,
        initial=7,
    )
    shadow = forms.BooleanField(
        label="Watch decisions without effect too", required=False, initial=False
    )
    gains = forms.CharField(
        label="If a limit is looser than before: why, and who gains",
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 - Django's own
        versions: list[str],
        outcomes: list[str],
        **kwargs: Any,  # noqa: ANN401 - Django's own
    ) -> None:
        """Offer the versions and outcomes that the use has."""
        super().__init__(*args, **kwargs)
        self.fields["version"].choices = [(one, one[:16]) for one in versions]  # type: ignore[attr-defined]
        self.fields["selected"].choices = [(one, one) for one in outcomes]  # type: ignore[attr-defined]

    def clean_groups(self) -> list[tuple[str, str, str, float, float]]:
        """Read one comparison a line."""
        found = []
        for line in self.cleaned_data["groups"].splitlines():
            if not line.strip():
                continue
            parts = [part.strip() for part in line.split(";")]
            try:
                attribute, group, reference, limit, catches = parts
                found.append((attribute, group, reference, float(limit), float(catches)))
            except ValueError:
                message = (
                    f"“{line.strip()[:60]}” is not of the form: attribute; group; reference "
                    "group; number; number."
                )
                raise forms.ValidationError(message) from None
        return found


def terms_of(use: str, cleaned: dict[str, Any]) -> Terms:
    """Make limits of what was filled in; every stream has an equal part of the budget."""
    groups = cleaned["groups"]
    weight = 1 / (3 + len(groups))
    volume = Stream(
        name="volume",
        measured=Measured.VOLUME,
        side=Side.AT_LEAST,
        limit=cleaned["within"],
        low=cleaned["low"],
        high=cleaned["high"],
        reason=cleaned["volume_reason"],
        cadence=Cadence.DAY,
        weight=weight,
        expected=0.95,
        cases=1,
        catches=cleaned["within"] / 2,
    )
    compared = [
        Stream(
            name=f"{attribute}.{number}",
            measured=Measured.SELECTED,
            side=Side.AT_MOST,
            limit=limit,
            reason=cleaned["group_reason"],
            cadence=Cadence.DAY,
            weight=weight,
            expected=cleaned["group_share"],
            cases=cleaned["group_cases"],
            catches=catches,
            attribute=attribute,
            group=group,
            reference=reference,
        )
        for number, (attribute, group, reference, limit, catches) in enumerate(groups, start=1)
    ]
    label = Stream(
        name="label",
        measured=Measured.LABEL,
        side=Side.AT_MOST,
        limit=cleaned["label_limit"],
        reason=cleaned["label_reason"],
        cadence=Cadence.MONTH,
        weight=weight,
        expected=cleaned["label_share"],
        cases=cleaned["label_cases"],
        catches=cleaned["label_catches"],
        age=cleaned["age"],
    )
    missing = Stream(
        name="missing-label",
        measured=Measured.MISSING_LABEL,
        side=Side.AT_MOST,
        limit=cleaned["missing_limit"],
        reason=cleaned["label_reason"],
        cadence=Cadence.MONTH,
        weight=weight,
        expected=max(cleaned["missing_limit"] / 2, 0.001),
        cases=cleaned["label_cases"],
        catches=min(1.0, (1 + cleaned["missing_limit"]) / 2),
        age=cleaned["age"],
    )
    begins: date = cleaned["begins_on"]
    return Terms(
        use=use,
        version=cleaned["version"],
        begins_on=begins,
        selected=tuple(cleaned["selected"]),
        streams=(volume, *compared, label, missing),
        label_yes=cleaned["label_yes"],
        shadow=cleaned["shadow"],
        blind_days=cleaned["blind_days"],
    )


def outcomes_of(context: Context) -> list[str]:
    """List the outcomes a form may offer, the adverse ones first."""
    others = [one for one in context.outcomes if one not in context.adverse]
    return [*context.adverse, *others]


class AgreeForm(KitForm):
    """Nothing to fill in: the limits are agreed to as they stand."""


class SignOffForm(KitForm):
    """Which version the findings are taken for."""

    version = forms.ChoiceField(label="Version")

    def __init__(self, *args: Any, versions: list[str], **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        """Offer the versions that are watched."""
        super().__init__(*args, **kwargs)
        self.fields["version"].choices = [(one, one[:16]) for one in versions]  # type: ignore[attr-defined]


class CloseForm(KitForm):
    """Why a breach is over."""

    cause = _text("Cause", "What made the limit be passed.")
    evidence = forms.CharField(
        label="Evidence",
        help_text="The SHA-256 of a measurement attached to the use after the breach.",
        max_length=64,
    )
