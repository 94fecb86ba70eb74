"""Writing results: all of them or none, never half a file, and never over the data."""

import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TextIO

from answerable.errors import AnswerableError
from answerable.record.canonical import JsonValue

STANDARD_OUTPUT = "-"


class CannotWrite(AnswerableError):
    """A result could not be put where it was asked for."""

    code = "cli.cannot_write"
    message = "{path} cannot be written: {reason}."
    hint = "Name a new file in a folder that exists and is yours."


def tell(text: str) -> None:
    """Write to standard output, whoever reads it.

    A reader that has seen enough (``| head``) changes no verdict, and neither does one
    that cannot take every character.
    """
    _tell(sys.stdout, text)


def tell_bytes(data: bytes) -> None:
    """Write a document to standard output byte for byte: its digest or signature counts."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def tell_error(text: str) -> None:
    """Write to standard error, on the same terms."""
    _tell(sys.stderr, text)


def _tell(stream: TextIO | None, text: str) -> None:
    # A program may be started without either stream; nobody reads then.
    if stream is None:
        return
    try:
        encoding = stream.encoding or "utf-8"
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        stream.flush()
    except BrokenPipeError:
        # Nothing more can be written; the interpreter must not try again when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


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
        self._said: list[str] = []

    def check(self, *places: str | None, inputs: Iterable[Path] = ()) -> None:
        """Refuse places that cannot be written to, repeat each other, or hold an input."""
        taken = {path.resolve() for path in inputs}
        for place in places:
            if place is None:
                continue
            path = Path(place)
            with _named(path):
                self._check(path)
            if path.resolve() in taken:
                raise CannotWrite(path=path, reason="it is read or written by this command already")
            taken.add(path.resolve())

    @staticmethod
    def _check(path: Path) -> None:
        if str(path) == STANDARD_OUTPUT:
            raise CannotWrite(path=path, reason="only the JSON goes to standard output")
        if path.is_dir():
            raise CannotWrite(path=path, reason="it is a folder")
        if path.exists() and not path.is_file():
            raise CannotWrite(path=path, reason="it is no ordinary file")
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
        # Whatever standard output's encoding is, ASCII is JSON there.
        plain = place == STANDARD_OUTPUT
        text = json.dumps(document, indent=2, ensure_ascii=plain, allow_nan=False) + "\n"
        if plain:
            self._said.append(text)
        else:
            self.add(place, text.encode())

    def conclude(self, place: str | None, document: JsonValue, text: str) -> None:
        """Write the JSON where it was asked for, and the text unless the JSON took its place."""
        self.add_json(place, document)
        self.write()
        if place != STANDARD_OUTPUT:
            tell(text)

    def write(self) -> None:
        """Write every file under another name first, and give them their names last."""
        ready: dict[Path, str] = {}
        try:
            for path, content in self._files.items():
                with _named(path):
                    # A link stays a link: what it points to is what is written.
                    ready[path.resolve()] = self._write_beside(path.resolve(), content)
            for path, temporary in ready.items():
                with _named(path):
                    Path(temporary).replace(path)
        finally:
            for temporary in ready.values():
                Path(temporary).unlink(missing_ok=True)
        for text in self._said:
            tell(text)

    @staticmethod
    def _write_beside(path: Path, content: bytes) -> str:
        with NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as stream:
            try:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            except OSError:
                # A full disk must not keep half a file under another name.
                Path(stream.name).unlink()
                raise
        # The temporary is private; a result is as open as any new file of its owner.
        mask = os.umask(0)
        os.umask(mask)
        Path(stream.name).chmod(0o666 & ~mask)
        return stream.name


def outputs_for(json: str | None) -> Outputs:
    """Check the place of a command's JSON before its work begins."""
    outputs = Outputs()
    outputs.check(json_file(json))
    return outputs


def json_file(place: str | None) -> str | None:
    """The file a JSON document goes to; None where it goes to standard output or nowhere."""
    return None if place == STANDARD_OUTPUT else place
