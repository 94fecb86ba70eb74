"""Reads the room's YAML files: the only place where their text becomes values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from importlib.resources import files
from typing import Self, TypeGuard, TypeVar

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from answerable.errors import AnswerableError

Choice = TypeVar("Choice", bound=StrEnum)


class DataMalformed(AnswerableError):
    """A file of ours says something that its reader does not understand."""

    code = "law.data_malformed"
    message = "{file}, {place}: expected {expected}, found {found}."
    hint = "Correct the file; nothing of it was used."


@dataclass(frozen=True, kw_only=True, slots=True)
class Fields:
    """One mapping of a file, read key by key into types; every mismatch raises `DataMalformed`."""

    file: str
    place: str
    content: Mapping[str, object]

    def refuse(self, *, key: str, expected: str) -> DataMalformed:
        """Make the error that says what ``key`` should have held."""
        found = repr(self.content[key]) if key in self.content else "nothing"
        return DataMalformed(
            file=self.file, place=f"{self.place}{key}", expected=expected, found=found
        )

    def known(self, *required: str, optional: tuple[str, ...] = ()) -> Self:
        """Refuse a missing key and a key nobody reads, such as a misspelt one."""
        for key in required:
            if key not in self.content:
                raise self.refuse(key=key, expected="a value")
        for key in self.content:
            if key not in required and key not in optional:
                raise self.refuse(key=key, expected=f"one of {', '.join((*required, *optional))}")
        return self

    def text(self, key: str) -> str:
        """Read a text that is not blank."""
        found = self.content.get(key)
        if not isinstance(found, str) or not found.strip():
            raise self.refuse(key=key, expected="a text")
        return found.strip()

    def text_or_none(self, key: str) -> str | None:
        """Read a text; an absent key and null both mean none."""
        return None if self.content.get(key) is None else self.text(key)

    def texts(self, key: str) -> tuple[str, ...]:
        """Read a list of texts that are not blank; it may be empty."""
        found = self.content.get(key)
        if not isinstance(found, list):
            raise self.refuse(key=key, expected="a list of texts")
        texts = tuple(item.strip() for item in found if isinstance(item, str) and item.strip())
        if len(texts) != len(found):
            raise self.refuse(key=key, expected="a list of texts")
        return texts

    def flag(self, key: str) -> bool:
        """Read true or false."""
        found = self.content.get(key)
        if not isinstance(found, bool):
            raise self.refuse(key=key, expected="true or false")
        return found

    def year_or_none(self, key: str) -> int | None:
        """Read a year; an absent key and null both mean none."""
        found = self.content.get(key)
        if found is None or (isinstance(found, int) and not isinstance(found, bool)):
            return found
        raise self.refuse(key=key, expected="a year")

    def day_or_none(self, key: str) -> date | None:
        """Read a day; an absent key and null both mean none."""
        found = self.content.get(key)
        if found is None or is_day(found):
            return found
        raise self.refuse(key=key, expected="a day such as 2024-09-01")

    def choice(self, key: str, choices: type[Choice]) -> Choice:
        """Read one of a closed list."""
        found = self.content.get(key)
        for choice in choices:
            if choice.value == found:
                return choice
        raise self.refuse(key=key, expected=f"one of {', '.join(choices)}")

    def choices(self, key: str, choices: type[Choice]) -> tuple[Choice, ...]:
        """Read a list of items of a closed list."""
        known = {choice.value: choice for choice in choices}
        names = self.texts(key)
        if not known.keys() >= set(names):
            raise self.refuse(key=key, expected=f"a list of {', '.join(choices)}")
        return tuple(known[name] for name in names)

    def child(self, key: str) -> "Fields":
        """Read a mapping."""
        return _fields(self.content.get(key), file=self.file, place=f"{self.place}{key}, ")

    def children(self, key: str) -> tuple["Fields", ...]:
        """Read a list of mappings."""
        found = self.content.get(key)
        if not isinstance(found, list):
            raise self.refuse(key=key, expected="a list")
        return tuple(
            _fields(item, file=self.file, place=f"{self.place}{key} {number}, ")
            for number, item in enumerate(found, start=1)
        )

    def dated(self, key: str) -> tuple[tuple[date, object], ...]:
        """Read a mapping from days to values, oldest first."""
        found = self.content.get(key)
        if not isinstance(found, dict) or not found:
            raise self.refuse(key=key, expected="a value for each day on which one came into force")
        pairs = [(day, value) for day, value in found.items() if is_day(day)]
        if len(pairs) != len(found):
            raise self.refuse(key=key, expected="days such as 2024-09-01 as keys")
        return tuple(sorted(pairs, key=lambda pair: pair[0]))


def is_day(found: object) -> TypeGuard[date]:
    """Tell a day from a moment: in Python every `datetime` is a `date` too."""
    return isinstance(found, date) and not isinstance(found, datetime)


def names(*folder: str) -> tuple[str, ...]:
    """List the YAML files of a data folder, without their ending, in order."""
    place = files("answerable.law").joinpath("data", *folder)
    return tuple(
        sorted(
            file.name.removesuffix(".yaml")
            for file in place.iterdir()
            if file.name.endswith(".yaml")
        )
    )


def read(*path: str) -> Fields:
    """Read one data file, named by its folders and its name without ending.

    Callers name only files that `names` lists or that the code spells out, and keep
    what they build from it, so that each file is read once a process.
    """
    file = "/".join(path) + ".yaml"
    text = (
        files("answerable.law")
        .joinpath("data", *path[:-1], f"{path[-1]}.yaml")
        .read_text(encoding="utf-8")
    )
    return parse(text, file=file)


def parse(text: str, *, file: str) -> Fields:
    """Parse the text of a data file as safe YAML 1.2; a key given twice is refused."""
    yaml = YAML(typ="safe", pure=True)
    yaml.version = (1, 2)
    try:
        found: object = yaml.load(text)
    except (YAMLError, ValueError) as error:
        # ValueError: ruamel leaves a day that no calendar has, such as 2024-02-30, to datetime.
        raise DataMalformed(
            file=file, place="whole file", expected="plain YAML", found=str(error)
        ) from error
    return _fields(found, file=file, place="")


def _fields(found: object, *, file: str, place: str) -> Fields:
    if not isinstance(found, dict):
        raise DataMalformed(
            file=file, place=place or "whole file", expected="a mapping", found=repr(found)
        )
    content = {key: value for key, value in found.items() if isinstance(key, str)}
    if len(content) != len(found):
        raise DataMalformed(
            file=file, place=place or "whole file", expected="texts as keys", found=repr(found)
        )
    return Fields(file=file, place=place, content=content)
