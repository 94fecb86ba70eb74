"""Find the documents that other people made, which lie beside the checkout."""

from pathlib import Path

import pytest

_FOLDER = Path(__file__).resolve().parents[2] / "shared" / "interop"


def interop_file(name: str) -> Path:
    """Give the path of a document, or skip the test where it is absent."""
    path = _FOLDER / name
    if not path.is_file():
        pytest.skip(f"needs ../shared/interop/{name}, which is not beside this checkout")
    return path
