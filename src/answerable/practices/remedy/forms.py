"""The forms of this room: what people type, read into types."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from answerable.kit.forms import DayInput, KitForm
from answerable.practices.remedy.actions.challenges import LONGEST_POINT
from answerable.practices.remedy.actions.reviewing import Answer
from answerable.practices.remedy.actions.wording import LONGEST_WORDS
from answerable.practices.remedy.models import Element, Point
from answerable.practices.remedy.queries.people import Addressee
from answerable.practices.remedy.rules.search import SearchRefused, SearchRule
from answerable.practices.remedy.rules.states import Harm, How, Part, Step
from answerable.report.letter import LANGUAGES

POINTS_OFFERED = 5
MOST_BYTES = 5 * 1024 * 1024
_COLUMNS = ("person", "name", "address", "language")
_AREA = {"class": "govuk-textarea", "rows": 5}
_TEXT = {"class": "govuk-input"}
_SELECT = {"class": "govuk-select"}
_CHECKS = {"class": "govuk-checkboxes__input"}


def _area(label: str, *, hint: str = "", most: int = LONGEST_POINT, need: bool = True) -> Any:  # noqa: ANN401 - a field of Django
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=most,
        required=need,
        widget=forms.Textarea(attrs=_AREA),
    )


def _text(label: str, *, hint: str = "", most: int = 200, need: bool = True) -> Any:  # noqa: ANN401 - a field of Django
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=most,
        required=need,
        widget=forms.TextInput(attrs=_TEXT),
    )


def _choice(label: str, choices: list[tuple[str, str]], *, hint: str = "") -> Any:  # noqa: ANN401 - a field of Django
    widget = forms.Select(attrs=_SELECT)
    return forms.ChoiceField(label=label, choices=choices, help_text=hint, widget=widget)


def _minutes(label: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=1,
        max_value=10_000,
        widget=forms.NumberInput(attrs={"class": "govuk-input govuk-input--width-4"}),
    )


class OpenForm(KitForm):
    """Reference and code of a letter."""

    reference = _text("Your reference", hint="It stands at the top of your letter.", most=40)
    secret = _text("Your code", hint="Capitals, spaces and hyphens make no difference.", most=80)


class ChallengeForm(KitForm):
    """What a person says is wrong, and whether it is urgent."""

    def __init__(self, *args: Any, urgent: tuple[str, ...], **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        """Offer some points, of which the first is needed, and the law's urgent grounds."""
        super().__init__(*args, **kwargs)
        for number in range(1, POINTS_OFFERED + 1):
            hint = "In your own words. You need no legal reasons." if number == 1 else ""
            label = "What is wrong?" if number == 1 else f"Another point ({number})"
            self.fields[f"point_{number}"] = _area(label, hint=hint, need=number == 1)
        self.fields["urgent"] = forms.MultipleChoiceField(
            label="Is one of these at stake for you now?",
            help_text="Then a person looks at it within the shorter time.",
            choices=[(ground, ground.capitalize()) for ground in urgent],
            required=False,
            widget=forms.CheckboxSelectMultiple(attrs=_CHECKS),
        )

    @property
    def points(self) -> list[str]:
        """What was said, point by point."""
        typed = self.cleaned_data
        return [
            typed[f"point_{number}"]
            for number in range(1, POINTS_OFFERED + 1)
            if typed.get(f"point_{number}")
        ]


class CallerForm(ChallengeForm):
    """The same, written down by a caseworker."""

    channel = _choice(
        "How it reached you",
        [(one, one) for one in ("telephone", "letter", "visit")],
    )


class WordsForm(KitForm):
    """What a part of a letter, or a code, says."""

    part = _choice("Part of the letter", [(part.value, part.words) for part in Part])
    code = _text("Code", hint="For an outcome or a reason: the code of the use.", need=False)
    language = _choice("Language", [(one, one) for one in LANGUAGES])
    words = _area("Words", hint="Plain language. In a list, one item a line.", most=LONGEST_WORDS)


class OfficesForm(KitForm):
    """Which office answers for which step."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        """Ask for an office for each step."""
        super().__init__(*args, **kwargs)
        for step in Step:
            self.fields[step.value] = _text(f"Office for {step.words}")


class ContactsForm(KitForm):
    """A CSV file of how people can be written to."""

    file = forms.FileField(
        label="CSV file",
        help_text=f"With a first line that names {', '.join(_COLUMNS)}; up to 5 MB.",
        widget=forms.FileInput(attrs={"class": "govuk-file-upload"}),
    )

    def clean_file(self) -> list[tuple[str, Addressee]]:
        """Read the file, or say in which row it cannot be read. No cell is repeated."""
        sent = self.cleaned_data["file"]
        if sent.size > MOST_BYTES:
            reason = "The file is larger than 5 MB. Send it in parts."
            raise ValidationError(reason)
        try:
            text = sent.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            reason = "The file is not UTF-8. Save it as CSV with that encoding."
            raise ValidationError(reason) from error
        return list(_contacts(text))


def _contacts(text: str) -> Iterator[tuple[str, Addressee]]:
    rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    if set(rows.fieldnames or ()) != set(_COLUMNS):
        reason = f"The first line must name {', '.join(_COLUMNS)}, and nothing else."
        raise ValidationError(reason)
    try:
        for number, row in enumerate(rows, start=2):
            if None in row or None in row.values():
                reason = f"Line {number} has more or fewer cells than the first line."
                raise ValidationError(reason)
            addressee = Addressee(
                name=row["name"], address=row["address"], language=row["language"]
            )
            yield row["person"], addressee
    except csv.Error as error:
        reason = "A cell is not closed, or holds a quotation mark of its own."
        raise ValidationError(reason) from error


class DeliveryForm(KitForm):
    """What shows that a letter arrived."""

    how = _choice("What shows it", [(one.value, one.value) for one in How if one is not How.OPENED])
    proof = _text("Number of the proof, or where the receipt lies")


class ReturnForm(KitForm):
    """Why a letter did not reach its person."""

    reason = _text("Why it did not arrive")


class FindingForm(KitForm):
    """The reviewer's own finding."""

    def __init__(self, *args: Any, outcomes: tuple[str, ...], **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        """Offer the outcomes of the use."""
        super().__init__(*args, **kwargs)
        self.fields["finding"] = _choice("What you would decide", [(one, one) for one in outcomes])
        self.fields["words"] = _area("Why")
        self.fields["minutes"] = _minutes("Minutes you took")


class DecisionForm(KitForm):
    """The outcome, and an answer to every point."""

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 - Django's own
        outcomes: tuple[str, ...],
        points: list[Point],
        **kwargs: Any,  # noqa: ANN401 - Django's own
    ) -> None:
        """Ask for an answer to each point."""
        super().__init__(*args, **kwargs)
        self._points = points
        self.fields["outcome"] = _choice("What is decided now", [(one, one) for one in outcomes])
        for point in points:
            label = f"Point {point.number}"
            yes_no = [("yes", "The person is right"), ("no", "The person is not right")]
            self.fields[f"accepted_{point.number}"] = _choice(label, yes_no)
            self.fields[f"words_{point.number}"] = _area(f"Answer to point {point.number}")
        self.fields["minutes"] = _minutes("Further minutes you took")

    @property
    def answers(self) -> list[Answer]:
        """The answers, in the order of the points."""
        return [
            Answer(
                accepted=self.cleaned_data[f"accepted_{point.number}"] == "yes",
                words=self.cleaned_data[f"words_{point.number}"],
            )
            for point in self._points
        ]


class HarmForm(KitForm):
    """A harm that has to be undone."""

    harm = _choice("What has to be undone", [(harm.value, harm.value) for harm in Harm])


class CompleteForm(KitForm):
    """What shows that a harm was undone."""

    def __init__(self, *args: Any, elements: list[Element], **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        """Offer what was promised."""
        super().__init__(*args, **kwargs)
        self.fields["harm"] = _choice("What was undone", [(one.harm, one.harm) for one in elements])
        self.fields["proof"] = _text("Number or file that shows it")


class SearchForm(KitForm):
    """A rule that finds decisions. Codes are separated by spaces."""

    since = forms.DateField(label="From", widget=DayInput(attrs=_TEXT))
    until = forms.DateField(
        label="Until", help_text="The last day, included.", widget=DayInput(attrs=_TEXT)
    )
    version = _text("Version", hint="Empty: any.", need=False)
    outcomes = _text("Outcomes", hint="Codes, any of them. Empty: any outcome.", need=False)
    reasons = _text("Reasons", hint="Codes, any of them. Empty: any reason.", need=False)
    attributes = _text(
        "Group attributes", hint="As name=value, all of them. Empty: everybody.", need=False
    )

    def clean(self) -> dict[str, Any]:
        """Make the rule, or say why it cannot be used."""
        typed = super().clean() or self.cleaned_data
        if self.errors:
            return typed
        pairs = [pair.partition("=") for pair in typed["attributes"].split()]
        try:
            typed["rule"] = SearchRule(
                since=_midnight(typed["since"]),
                until=_midnight(typed["until"] + timedelta(days=1)),
                version=typed["version"].strip(),
                outcomes=tuple(typed["outcomes"].split()),
                reasons=tuple(typed["reasons"].split()),
                attributes=tuple((name, value) for name, _, value in pairs),
            )
        except SearchRefused as error:
            raise ValidationError(str(error)) from error
        return typed


def _midnight(day: Any) -> datetime:  # noqa: ANN401 - a day, as Django cleaned it
    return datetime.combine(day, time(), tzinfo=UTC)
