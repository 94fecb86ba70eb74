"""What is typed in on the pages of the inventory."""

from collections.abc import Mapping
from typing import Any

from django import forms

from answerable.inventory.contexts import Context, Kind
from answerable.kit.forms import KitForm

_SEPARATED = "One a line."


class LinesField(forms.CharField):
    """Several short texts, one a line."""

    widget = forms.Textarea(attrs={"rows": 4})

    def to_python(self, value: Any) -> tuple[str, ...]:  # type: ignore[override]  # noqa: ANN401
        """Give the lines that hold something."""
        text = super().to_python(value) or ""
        return tuple(line.strip() for line in text.splitlines() if line.strip())


class SystemForm(KitForm):
    """A new system."""

    name = forms.CharField(label="What is the system called?", max_length=200)
    slug = forms.CharField(
        label="Its short name",
        max_length=60,
        help_text="Small letters, digits and hyphens, such as benefit-check. It stays for good.",
    )

    def __init__(self, agencies: tuple[str, ...], **kwargs: Any) -> None:  # noqa: ANN401
        """Ask for the agency only where there is a choice."""
        super().__init__(**kwargs)
        self.fields["agency"] = forms.ChoiceField(
            label="Which agency answers for it?", choices=[(ref, ref) for ref in agencies]
        )


class ContextForm(KitForm):
    """The context of a use."""

    kind = forms.ChoiceField(
        label="What does it do?",
        choices=[
            (Kind.DECIDES, "Decides: an outcome for a person"),
            (Kind.INFORMS, "Informs: an output that a person weighs"),
            (Kind.GENERATES, "Generates: text, image or speech for or about people"),
            (Kind.OBSERVES, "Observes: watches places or people"),
        ],
        widget=forms.RadioSelect,
    )
    purpose = forms.CharField(
        label="What is it for?",
        help_text="The decision it takes or prepares, and what is then done.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    population = forms.CharField(label="About whom?", widget=forms.Textarea(attrs={"rows": 2}))
    legal_basis = forms.CharField(
        label="On what legal basis?",
        help_text="Law and section.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    outcomes = LinesField(
        label="Which outcomes can a decision have?", required=False, help_text=_SEPARATED
    )
    adverse = LinesField(
        label="Which of these are bad for the person?",
        required=False,
        help_text=f"{_SEPARATED} Each of these holds back its effect until the person was told.",
    )
    bought = forms.BooleanField(label="Some part of it was bought", required=False)


def context_of_fields(given: Mapping[str, Any]) -> Context:
    """Give what was typed in as a context."""
    return Context(
        kind=Kind(given["kind"]),
        **{name: given[name] for name in ("purpose", "population", "legal_basis")},
        **{name: given[name] for name in ("outcomes", "adverse", "bought")},
    )


def fields_of_context(context: Context) -> dict[str, object]:
    """Give a context as it is typed in."""
    return {
        **{name: getattr(context, name) for name in ("kind", "purpose", "population")},
        **{name: getattr(context, name) for name in ("legal_basis", "bought")},
        "outcomes": "\n".join(context.outcomes),
        "adverse": "\n".join(context.adverse),
    }


class UseForm(ContextForm):
    """A new use of a system."""

    name = forms.CharField(label="What is this use called?", max_length=200)
    slug = forms.CharField(
        label="Its short name",
        max_length=60,
        help_text="Small letters, digits and hyphens. Programs and letters name the use by it.",
    )
    reasons = LinesField(
        label="Codes of reasons it gives", required=False, help_text=f"{_SEPARATED} Small letters."
    )
    attributes = LinesField(
        label="Groups it is watched by",
        required=False,
        help_text=f"{_SEPARATED} Such as sex or age_group.",
    )
    running_since = forms.DateTimeField(
        label="It has been deciding since",
        required=False,
        help_text="Only for a use that ran before today, in UTC: 2026-03-27 08:00.",
    )
    field_order = ("name", "slug", "kind")
