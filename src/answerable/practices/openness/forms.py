"""The forms of this room: what staff state, and the public door for reports."""

from django import forms

from answerable.kit.forms import DayInput, KitForm
from answerable.people.models import Agency
from answerable.practices.openness.rules import WITHHOLDABLE, About, Severity

_ABOUT = (
    (About.FEEDBACK.value, "Something I want to say about it"),
    (About.HARM.value, "Somebody was harmed"),
    (About.WEAKNESS.value, "A weakness: it can be made to fail, or to tell what it should not"),
    (About.MISUSE.value, "A misuse: it is used for something else, or on other people"),
)
_TEXT = forms.Textarea(attrs={"rows": 5})


class WithholdForm(KitForm):
    """Keeps a field from the public."""

    field = forms.ChoiceField(
        label="What is withheld",
        choices=[(name, name.replace("_", " ")) for name in WITHHOLDABLE],
    )
    reason = forms.CharField(
        label="Why, for the public to read",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    until = forms.DateField(
        label="Until which day", widget=DayInput(), help_text="At most twelve months from now."
    )


class OfferForm(KitForm):
    """Says how people opt out."""

    route = forms.CharField(
        label="How people opt out, for them to read",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class NoOptOutForm(KitForm):
    """Says why nobody can opt out."""

    reason = forms.CharField(
        label="Why an opt-out is not appropriate, for the public to read",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    until = forms.DateField(
        label="Until which day", widget=DayInput(), help_text="At most twelve months from now."
    )


class PolicyForm(KitForm):
    """The agency's policy in one language."""

    language = forms.RegexField(
        r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*",
        label="Language",
        max_length=20,
        help_text="Its short code, such as en, es or ar.",
    )
    text = forms.CharField(
        label="The policy, in plain words",
        max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 15}),
        help_text="Paragraphs are kept. Nothing in it is taken for markup.",
    )


class ReportForm(KitForm):
    """Takes a report from anybody."""

    about = forms.ChoiceField(label="What is it?", choices=_ABOUT, widget=forms.RadioSelect)
    agency = forms.ChoiceField(label="Which public body?")
    use = forms.CharField(
        label="Which use of AI, if you know",
        required=False,
        max_length=120,
        help_text="Its reference on the register, such as north.benefit-check.",
    )
    text = forms.CharField(
        label="What happened, or what did you find?",
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Leave out names that nobody needs. Nothing about you is kept.",
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Offer the agencies there are."""
        super().__init__(*args, **kwargs)
        agencies = Agency.objects.order_by("name").values_list("ref", "name")
        field = self.fields["agency"]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(agencies)


class FollowForm(KitForm):
    """Takes the code of a report."""

    code = forms.CharField(label="The code of your report", max_length=60)


class AcknowledgeForm(KitForm):
    """Grades a report."""

    severity = forms.ChoiceField(
        label="How grave is it?",
        choices=(
            (Severity.CRITICAL.value, "Critical: it is fixed or the use is stopped within days"),
            (Severity.ORDINARY.value, "Ordinary"),
        ),
        widget=forms.RadioSelect,
    )


class AnswerForm(KitForm):
    """Answers a report."""

    answer = forms.CharField(
        label="The answer, for whoever reported it", max_length=5_000, widget=_TEXT
    )
    changed = forms.BooleanField(
        label="Something was changed because of this report", required=False
    )


class SignOffForm(KitForm):
    """Names the version that is signed off."""

    version = forms.CharField(label="Version", max_length=64, widget=forms.HiddenInput)
