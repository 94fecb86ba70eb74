"""What runs, as one digest: computed from the files and parameters, never typed in."""

import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from answerable.errors import AnswerableError
from answerable.record.canonical import JsonValue, canonical_bytes
from answerable.record.digests import HexDigest, sha256_of_bytes, sha256_of_file

_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
# Python writes these beside what it runs, with times in them.
_WRITTEN_BY_PYTHON = "__pycache__"


class VersionNotComputed(AnswerableError):
    """The digest of what runs cannot be computed."""

    code = "client.version_not_computed"
    message = "The version of what runs cannot be computed: {part} {reason}."
    hint = "Name the files and folders that decide: model, rules, thresholds, program."


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    """The files that decide, each with its SHA-256, and the parameters they run with."""

    files: Mapping[str, HexDigest]
    parameters: Mapping[str, JsonValue] = field(default_factory=dict)

    @property
    def digest(self) -> HexDigest:
        """Hash it all: the same in whatever order files and parameters were named.

        Examples
        --------
        >>> empty = sha256_of_bytes(b"")
        >>> Version(files={"model": empty}, parameters={"threshold": 0.5}).digest[:16]
        '325c4b538cacec11'
        """
        files: list[JsonValue] = [
            {"path": path, "sha256": self.files[path]} for path in sorted(self.files)
        ]
        return sha256_of_bytes(
            canonical_bytes({"files": files, "parameters": dict(self.parameters)})
        )


def version_of(
    *, parts: Mapping[str, Path], parameters: Mapping[str, JsonValue] | None = None
) -> Version:
    """Hash the files and folders that decide, each under a name of its own.

    A file counts by that name, the files of a folder by ``name/path/within``: where they
    lie on the machine does not count, nor do times and permissions. Hidden files count.
    ``__pycache__`` folders and empty folders do not. A symbolic link inside a folder is
    refused, since what it leads to may change unseen; a part itself may be one.
    """
    files: dict[str, HexDigest] = {}
    for name, path in parts.items():
        if not _LABEL.fullmatch(name):
            raise VersionNotComputed(part=ascii(name[:80]), reason="is no name for a part")
        if not path.exists():
            reason = f"is {path}, and there is no such file or folder"
            raise VersionNotComputed(part=name, reason=reason)
        found = {name: path} if path.is_file() else dict(_within(path, name))
        if not found:
            raise VersionNotComputed(part=name, reason="is no file and no folder with files")
        files |= {at: sha256_of_file(file) for at, file in found.items()}
    if not files:
        raise VersionNotComputed(part="the list of parts", reason="is empty")
    return Version(files=files, parameters=dict(parameters or {}))


def _within(folder: Path, name: str) -> Iterator[tuple[str, Path]]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        reason = f"cannot be listed: {error.strerror}"
        raise VersionNotComputed(part=ascii(name), reason=reason) from error
    for entry in entries:
        at = f"{name}/{entry.name}"
        mode = entry.stat(follow_symlinks=False).st_mode
        if entry.name == _WRITTEN_BY_PYTHON and stat.S_ISDIR(mode):
            continue
        if not _is_unicode(entry.name):
            raise VersionNotComputed(part=ascii(at), reason="has a name that is not UTF-8")
        if stat.S_ISDIR(mode):
            yield from _within(Path(entry.path), at)
        elif stat.S_ISREG(mode):
            yield at, Path(entry.path)
        else:
            reason = "is a link" if stat.S_ISLNK(mode) else "is neither file nor folder"
            raise VersionNotComputed(part=at, reason=reason)


def _is_unicode(name: str) -> bool:
    return not any("\ud800" <= mark <= "\udfff" for mark in name)
