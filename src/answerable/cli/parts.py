"""The parts of a version as they are typed: what runs, each under a name of its own."""

from collections.abc import Sequence
from pathlib import Path

from answerable.errors import AnswerableError


class PartUnnamed(AnswerableError):
    """A file was given without the name under which it counts."""

    code = "cli.part_unnamed"
    message = "{word} does not say which part of the version it is."
    hint = "Write NAME=PATH, for example model=model.onnx rules=rules/ ."


def parts_of(words: Sequence[str]) -> dict[str, Path]:
    """Read parts of the form ``NAME=PATH``.

    >>> parts_of(["rules=/srv/rules"])["rules"].name
    'rules'
    """
    return dict(_part(word) for word in words)


def _part(word: str) -> tuple[str, Path]:
    name, given, path = word.partition("=")
    if not (name and given and path):
        raise PartUnnamed(word=word[:80])
    return name, Path(path)
