"""Decisions that people bring to the command line, in sizes where the verdict is clear."""

from pathlib import Path

OFFICES = ("--decision", "granted", "--by", "office")


def decisions(**granted_of: tuple[int, int]) -> str:
    """A CSV with so many grants of so many decisions in each office."""
    lines = ["office,granted"]
    for office, (granted, decided) in granted_of.items():
        lines += [f"{office},1"] * granted + [f"{office},0"] * (decided - granted)
    return "\n".join([*lines, ""])


def saved(text: str, name: str = "decisions.csv") -> Path:
    path = Path(name)
    path.write_text(text, encoding="utf-8")
    return path


def equal_treatment() -> Path:
    """5,000 of 10,000 in both offices: the ratio is 1, and cannot be outside 0.8 to 1.25."""
    return saved(decisions(north=(5000, 10000), south=(5000, 10000)))


def unequal_treatment() -> Path:
    """Half of one office's people and a quarter of the other's: a ratio of 2."""
    return saved(decisions(north=(500, 1000), south=(250, 1000)))


def too_few_to_say() -> Path:
    """1 of 2 against 2 of 2: nobody can say."""
    return saved(decisions(north=(1, 2), south=(2, 2)))
