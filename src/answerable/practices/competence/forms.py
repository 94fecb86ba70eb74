"""The forms of this room."""

from collections.abc import Sequence
from typing import Any

from django import forms

from answerable.kit.forms import KitForm
from answerable.practices.competence.models import ExerciseCase


class StaffForm(KitForm):
    """Whose work touches a use."""

    email = forms.EmailField(
        label="Address they sign in with", widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    pseudonym = forms.CharField(
        label="Name under which the records of decisions give them",
        help_text=(
            "As your own system sends it. It is kept as a keyed hash. Without it, what they decide "
            "counts as decided by somebody unidentified."
        ),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class EndForm(KitForm):
    """Whose work touches a use no more."""

    staff = forms.ChoiceField(label="Who works with it no more")

    def __init__(self, *args: Any, people: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        """Offer those who work with it now."""
        super().__init__(*args, **kwargs)
        staff = self.fields["staff"]
        if isinstance(staff, forms.ChoiceField):
            staff.choices = list(people)


class VersionForm(KitForm):
    """A version to begin with, or to sign off."""

    version = forms.ChoiceField(label="Version")

    def __init__(self, *args: Any, versions: Sequence[str] = (), **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        """Offer the versions of the system."""
        super().__init__(*args, **kwargs)
        version = self.fields["version"]
        if isinstance(version, forms.ChoiceField):
            version.choices = [(one, one[:12]) for one in versions]


class AnswersForm(KitForm):
    """An answer to every case of an exercise."""

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 - Django's own
        cases: Sequence[ExerciseCase] = (),
        labels: Sequence[str] = (),
        **kwargs: Any,  # noqa: ANN401 - Django's own
    ) -> None:
        """Ask of each case what was found later; what it was is not in the form."""
        super().__init__(*args, **kwargs)
        self._numbers = [case.number for case in cases]
        for case in cases:
            self.fields[f"case_{case.number}"] = forms.ChoiceField(
                label=f"Case {case.number}: {case.record} from {case.source}",
                help_text=(
                    f"Decided on {case.occurred_at:%Y-%m-%d}; the system's output was "
                    f"{case.outcome}. Look it up in your own system. What was found later?"
                ),
                choices=[(label, label) for label in labels],
                widget=forms.RadioSelect,
            )

    def answers(self) -> dict[int, str]:
        """Give the answers by the number of the case."""
        return {number: self.cleaned_data[f"case_{number}"] for number in self._numbers}
