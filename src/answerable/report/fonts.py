"""Which characters the PDF's own fonts can write, and how the others are written instead.

The fonts are those inside the typst package, so that a PDF is the same on every machine.
"""

import unicodedata
from itertools import groupby

FAMILIES = ("Libertinus Serif", "DejaVu Sans Mono")

# Found by having typst set every character, regular and bold, under PDF/UA-1 and PDF/A-2a;
# a test does so again. Combining marks are left out: a lone one makes typst 0.15.2 panic.
_RANGES = (
    (0x20, 0x7E),  # Latin
    (0xA0, 0xAC),
    (0xAE, 0x17F),
    (0x18F, 0x18F),
    (0x192, 0x192),
    (0x1CD, 0x1DC),
    (0x1E6, 0x1ED),
    (0x1F0, 0x1F0),
    (0x1F4, 0x1F5),
    (0x1F8, 0x21B),
    (0x384, 0x38A),  # Greek
    (0x38C, 0x38C),
    (0x38E, 0x3A1),
    (0x3A3, 0x3CE),
    (0x400, 0x45F),  # Cyrillic
    (0x48A, 0x4FF),
    (0x5D0, 0x5EA),  # Hebrew
    (0x60C, 0x60C),  # Arabic
    (0x61B, 0x61B),
    (0x61F, 0x61F),
    (0x621, 0x63A),
    (0x640, 0x64A),
    (0x660, 0x66D),
    (0x67E, 0x67E),
    (0x686, 0x686),
    (0x698, 0x698),
    (0x6A9, 0x6A9),
    (0x6AF, 0x6AF),
    (0x6CC, 0x6CC),
    (0x6F0, 0x6F9),
    (0x1E80, 0x1E85),  # Latin and Vietnamese
    (0x1EA0, 0x1EF9),
    (0x2010, 0x2027),  # punctuation and signs
    (0x2030, 0x203A),
    (0x2068, 0x2069),
    (0x20AC, 0x20AC),
    (0x2116, 0x2116),
    (0x2122, 0x2122),
    (0x2190, 0x2193),
    (0x2212, 0x2212),
    (0x2260, 0x2265),
    (0x27E8, 0x27E9),
)
WRITABLE = frozenset(chr(code) for first, last in _RANGES for code in range(first, last + 1))


def writable(text: str) -> str:
    """Write text with the characters the fonts have, and codes for those they lack.

    >>> writable("Zoë Łuczak"), writable("\u4e2d\u56fd team")
    ('Zoë Łuczak', '⟨U+4E2D U+56FD⟩ team')
    """
    parts = []
    composed = unicodedata.normalize("NFC", text)
    if WRITABLE.issuperset(composed):
        return composed
    for known, run in groupby(composed, key=WRITABLE.__contains__):
        characters = "".join(run)
        codes = " ".join(f"U+{ord(character):04X}" for character in characters)
        parts.append(characters if known else f"⟨{codes}⟩")
    return "".join(parts)
