"""Writing results: all of them or none, and never half a file."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

from answerable.errors import AnswerableError
from answerable.record.canonical import JsonValue

STANDARD_OUTPUT = "-"


class CannotWrite(AnswerableError):
    """A result could not be put where it was asked for."""

    code = "cli.cannot_write"
    message = "{path} cannot be written: {reason}."
    hint = "Name a place in a folder that exists and is yours."


@contextmanager
def _named(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CannotWrite(path=path, reason=str(error.strerror).lower()) from error


class Outputs:
    """Files to be written once everything has succeeded.

    The places are checked before the work begins, so that an hour of counting does not
    end in a typing mistake.
    """

    def __init__(self) -> None:
        self._files: dict[Path, bytes] = {}

    def check(self, *places: str | None) -> None:
        """Refuse a place that cannot be written to."""
        for place in places:
            if place in {None, STANDARD_OUTPUT}:
                continue
            path = Path(str(place))
            if path.is_dir():
                raise CannotWrite(path=path, reason="it is a folder")
            if not path.absolute().parent.is_dir():
                raise CannotWrite(path=path, reason="its folder does not exist")
            if not os.access(path.absolute().parent, os.W_OK):
                raise CannotWrite(path=path, reason="its folder may not be written to")

    def add(self, place: str, content: bytes) -> None:
        """Keep a file to be written."""
        self._files[Path(place)] = content

    def add_json(self, place: str | None, document: JsonValue) -> None:
        """Keep a JSON document for a file, or for standard output."""
        if place is None:
            return
        text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
        if place == STANDARD_OUTPUT:
            sys.stdout.write(text)
        else:
            self.add(place, text.encode())

    def write(self) -> None:
        """Write every file under another name first, and give them their names last."""
        ready: dict[Path, str] = {}
        try:
            for path, content in self._files.items():
                with _named(path):
                    ready[path] = self._write_beside(path, content)
            for path, temporary in ready.items():
                with _named(path):
                    Path(temporary).replace(path)
        finally:
            for temporary in ready.values():
                Path(temporary).unlink(missing_ok=True)

    @staticmethod
    def _write_beside(path: Path, content: bytes) -> str:
        with NamedTemporaryFile(dir=path.absolute().parent, prefix=".", delete=False) as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        # The temporary is private; a result is as open as any new file of its owner.
        mask = os.umask(0)
        os.umask(mask)
        Path(stream.name).chmod(0o666 & ~mask)
        return stream.name
