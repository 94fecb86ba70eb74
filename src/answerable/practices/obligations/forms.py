"""The forms of this room. They turn what was typed into parts; actions decide."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from django import forms

from answerable.inventory.stages import Stage
from answerable.kit.forms import KitForm
from answerable.law.red_lines import red_lines
from answerable.law.rights import domains, rights
from answerable.law.rows import row as law_row
from answerable.practices.obligations.models import LONGEST_BODY, LONGEST_CITATION
from answerable.practices.obligations.rules.dossier import (
    Basis,
    LineAnswer,
    Option,
    Options,
    Part,
    Purpose,
    RedLines,
    Reversibility,
    RightTouched,
    Scale,
    Screening,
    Severity,
)
from answerable.practices.obligations.rules.faults import LONGEST_TEXT
from answerable.practices.obligations.rules.rows import ROWS

Typed: TypeAlias = Mapping[str, Any]

YES_NO = (("yes", "Yes"), ("no", "No"))
OPTIONS_OFFERED = 3


def text(label: str, hint: str = "", *, required: bool = True) -> forms.CharField:
    """Give a field of a few lines."""
    return forms.CharField(
        label=label,
        help_text=hint,
        required=required,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def one_of(label: str, choices: Iterable[tuple[str, str]], hint: str = "") -> forms.ChoiceField:
    """Give a choice of one, all of which are seen."""
    return forms.ChoiceField(
        label=label, help_text=hint, choices=list(choices), widget=forms.RadioSelect
    )


def _rights_field(label: str, hint: str = "", *, required: bool) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        help_text=hint,
        required=required,
        choices=[(right.code, f"{right.code} {right.right}") for right in rights()],
        widget=forms.CheckboxSelectMultiple,
    )


class PartForm(KitForm):
    """A form that says one part of a dossier."""

    @staticmethod
    def part(typed: Typed) -> Part:
        """Give the part that was typed."""
        raise NotImplementedError


class PurposeForm(PartForm):
    """What the use is for."""

    decision = text("What is decided")
    population = text("About whom")
    output = text("What the AI gives out", "A score, a label, a text, a list.")
    action = text("What is done with that")

    @staticmethod
    def part(typed: Typed) -> Purpose:
        """Give the part that was typed."""
        return Purpose(**typed)


class BasisForm(PartForm):
    """The legal basis."""

    citation = text("The law it rests on", "Name and article, so that it can be looked up.")
    authorises = text("What that law authorises")
    necessity = text("Why its limits on rights are necessary and proportionate")
    private_data = text(
        "Privately held data that is reached, and by which authority",
        "Where there is none, say so.",
    )

    @staticmethod
    def part(typed: Typed) -> Basis:
        """Give the part that was typed."""
        return Basis(**typed)


class OptionsForm(PartForm):
    """Less intrusive options, compared."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        """Offer several, of which the first is asked for."""
        super().__init__(*args, **kwargs)
        for number in range(1, OPTIONS_OFFERED + 1):
            first = number == 1
            self.fields[f"option_{number}"] = text(f"Option {number}", required=first)
            self.fields[f"compared_{number}"] = text(
                f"How option {number} compares", "Errors, cost, burden on people.", required=first
            )
            self.fields[f"reason_{number}"] = text(
                f"Why option {number} was not taken", required=first
            )

    @staticmethod
    def part(typed: Typed) -> Options:
        """Give the options that were named."""
        return Options(
            options=tuple(
                Option(
                    option=typed[f"option_{number}"],
                    compared=typed[f"compared_{number}"],
                    reason=typed[f"reason_{number}"],
                )
                for number in range(1, OPTIONS_OFFERED + 1)
                if any(typed[f"{name}_{number}"] for name in ("option", "compared", "reason"))
            )
        )


class RightForm(PartForm):
    """One line of the rights map."""

    right = forms.ChoiceField(
        label="Right", choices=[(one.code, f"{one.code} {one.right}") for one in rights()]
    )
    holders = text("Who holds it")
    group = text("Which group loses most")
    effect = text("What happens to them")
    severity = one_of("How severe", [(one, one.capitalize()) for one in Severity])
    scale = one_of("How many of the people it meets", [(one, one.capitalize()) for one in Scale])
    reversibility = one_of(
        "Whether it can be undone",
        [(one, one.replace("_", " ").capitalize()) for one in Reversibility],
    )

    @staticmethod
    def part(typed: Typed) -> RightTouched:
        """Give the line that was typed."""
        levels = {
            "severity": Severity(typed["severity"]),
            "scale": Scale(typed["scale"]),
            "reversibility": Reversibility(typed["reversibility"]),
        }
        return RightTouched(**{**typed, **levels})


class BlindForm(PartForm):
    """A screening, right by right."""

    domain = forms.ChoiceField(
        label="Field of government", choices=[(one.code, one.name) for one in domains()]
    )
    watches = one_of("Does it watch people?", YES_NO)
    safety = one_of("Can it affect the safety of people?", YES_NO)
    rights = _rights_field(
        "Which rights can it affect?",
        "Also indirectly, and also where the AI only informs a person.",
        required=False,
    )

    @staticmethod
    def part(typed: Typed) -> Screening:
        """Give the answers that were typed."""
        return Screening(
            domain=typed["domain"],
            watches=typed["watches"] == "yes",
            safety=typed["safety"] == "yes",
            rights=tuple(sorted(typed["rights"])),
            untouched=typed.get("untouched", {}),
        )


class ScreeningForm(BlindForm):
    """The owner's screening, with a reason for each right its field offers first."""

    untouched = text(
        "Why a right that this field usually touches is not touched",
        "One line for each, with its code: R06: nobody is accused of anything.",
        required=False,
    )

    def clean_untouched(self) -> dict[str, str]:
        """Read one reason a line."""
        found: dict[str, str] = {}
        for line in self.cleaned_data["untouched"].splitlines():
            code, colon, reason = line.partition(":")
            if line.strip() and not (colon and reason.strip()):
                message = "Write each line as a code, a colon and a reason, such as R06: nobody…"
                raise forms.ValidationError(message)
            if line.strip():
                found[code.strip().upper()] = reason.strip()
        return found


class RedLinesForm(PartForm):
    """Every red line, with an answer and a reason."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        """Ask about each line of the list."""
        super().__init__(*args, **kwargs)
        for line in red_lines():
            self.fields[f"crossed_{line.id}"] = one_of(
                line.question, YES_NO, f"Rests on: {line.citation}."
            )
            # Each says what it is about: with a screen reader the fields are heard one by one.
            self.fields[f"reason_{line.id}"] = text(f"Reason for your answer on {line.name}")

    @staticmethod
    def part(typed: Typed) -> RedLines:
        """Give the answers in the order of the list."""
        return RedLines(
            answers=tuple(
                LineAnswer(
                    line=line.id,
                    crossed=typed[f"crossed_{line.id}"] == "yes",
                    reason=typed[f"reason_{line.id}"],
                )
                for line in red_lines()
            )
        )


class RebuttalForm(KitForm):
    """Why a presumed use is not high-risk."""

    reasons = text("Why it is not high-risk, although it is presumed to be")


class DecisionForm(KitForm):
    """What a reviewer says to a rebuttal."""

    decision = one_of(
        "Do you agree that it is not high-risk?",
        (("agreed", "Yes, for as long as the profile allows"), ("refused", "No")),
    )


class CheckForm(KitForm):
    """A check of the rights for one stage."""

    stage = forms.ChoiceField(
        label="Stage", choices=[(stage.value, stage.value.capitalize()) for stage in Stage]
    )
    rights = _rights_field("Rights that were looked at", required=True)
    changed = text(
        "What has changed for them since the last stage",
        "In your own words: text from an earlier check is refused.",
    )


class RulingForm(KitForm):
    """What a court or an authority ruled."""

    body = forms.CharField(label="Who ruled", max_length=LONGEST_BODY)
    citation = forms.CharField(label="Where the ruling can be read", max_length=LONGEST_CITATION)
    follows = one_of(
        "What follows",
        (
            ("none", "It was found lawful: nothing"),
            ("pause", "It was found unlawful in part: every effect waits"),
            ("stop", "It was found unlawful: the use stops"),
        ),
    )


class SignOffForm(KitForm):
    """What a reviewer says to a dossier, for a version."""

    number = forms.IntegerField(widget=forms.HiddenInput)
    version = forms.ChoiceField(label="Version", required=False)

    def __init__(self, *args: Any, versions: Sequence[str] = (), **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        """Offer the versions of the system, and an objection to each row."""
        super().__init__(*args, **kwargs)
        version = self.fields["version"]
        if isinstance(version, forms.ChoiceField):
            # Before there is a version, or to leave design, the idea of the use is judged.
            idea = ("", "None: the use as it is planned")
            version.choices = [*((one, one[:12]) for one in versions), idea]
        for row in ROWS:
            self.fields[f"objection_{row}"] = text(
                f"Objection to {row}",
                f"{law_row(row).requirement}. An objection makes this not met.",
                required=False,
            )

    @staticmethod
    def objections(typed: Typed) -> dict[str, str]:
        """Give the objections that were typed, by row."""
        given = {row: typed[f"objection_{row}"] for row in ROWS}
        return {row: reason for row, reason in given.items() if reason.strip()}
