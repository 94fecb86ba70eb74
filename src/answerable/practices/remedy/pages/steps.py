"""What the page of one step shows, and the way back to what the step is about."""

from django.shortcuts import resolve_url

from answerable.inventory.models import Use
from answerable.practices.remedy.models import Challenge, Notice


def step_of(
    about: Use | Notice | Challenge, *, heading: str, button: str, note: str = ""
) -> dict[str, object]:
    """Give the context of `remedy/step.html`, leading back to what it is about."""
    match about:
        case Use():
            use, words = about, f"Remedy of {about.name}"
            back = resolve_url("remedy:use", use.ref)
        case Notice():
            use, words = about.use, f"Letter {about.reference}"
            back = resolve_url("remedy:notice", use.ref, about.reference)
        case Challenge():
            use, words = about.use, f"Challenge {about.reference}"
            back = resolve_url("remedy:challenge", use.ref, about.reference)
    return {
        "use": use,
        "heading": heading,
        "button": button,
        "note": note,
        "back": back,
        "back_words": words,
    }
