"""Decisions that people bring to the command line, in sizes where the verdict is clear."""

from pathlib import Path

OFFICES = ("--decision", "granted", "--by", "office")
WITH_OUTCOMES = (*OFFICES, "--label", "entitled")


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
    """Two offices that decide alike, rightly 8 times in 10: every ratio is 1.

    With 10,000 decisions in each the ratios cannot lie outside 0.8 to 1.25.
    """
    alike = [("1", "1", 4000), ("1", "0", 1000), ("0", "1", 1000), ("0", "0", 4000)]
    lines = [
        f"{office},{granted},{entitled}\n" * number
        for office in ("north", "south")
        for granted, entitled, number in alike
    ]
    return saved("office,granted,entitled\n" + "".join(lines))


def unequal_treatment() -> Path:
    """Half of one office's people and a quarter of the other's: a ratio of 2."""
    return saved(decisions(north=(500, 1000), south=(250, 1000)))


def too_few_to_say() -> Path:
    """1 of 2 against 2 of 2: nobody can say."""
    return saved(decisions(north=(1, 2), south=(2, 2)))
