"""The style sheets: other people's code, without other people's brand."""

import gzip
from pathlib import Path

import pytest
from tools.frontend import BrandLeft, debranded

from answerable.kit.files import BUILT

ROOT = Path(__file__).resolve().parents[2]
SHEETS = ("frontend.css", "frontend-rtl.css")
BRANDS = ("gds transport", "crown", "crest", "@font-face", "sourcemapping")


def sheet(name: str) -> str:
    path = BUILT / name
    if not path.exists():
        pytest.skip("needs the built sheets: make src/answerable/kit/built/frontend.css")
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SHEETS)
@pytest.mark.parametrize("brand", BRANDS)
def test_no_sheet_carries_somebodys_brand(name: str, brand: str) -> None:
    assert brand not in sheet(name).lower()


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_is_whole_and_loads_nothing_more(name: str) -> None:
    found = sheet(name)
    assert found.count("{") == found.count("}") > 1000
    assert ".govuk-input{" in found
    assert "url(" not in found


def test_the_mirrored_sheet_is_another() -> None:
    assert "padding-right" in sheet("frontend-rtl.css")
    assert sheet("frontend.css") != sheet("frontend-rtl.css")


@pytest.mark.parametrize("name", SHEETS)
def test_the_packed_copy_unpacks_to_the_sheet(name: str) -> None:
    packed = (BUILT / f"{name}.gz") if sheet(name) else Path()
    assert sheet(name).encode() == gzip.decompress(packed.read_bytes())


def test_a_brand_that_the_patch_does_not_know_stops_the_build() -> None:
    with pytest.raises(BrandLeft, match="crown"):
        debranded(".a{background:var(--crown)}")


def test_the_patch_leaves_the_rules_around_a_brand() -> None:
    css = (
        "@font-face{font-family:GDS Transport;src:url(/assets/x.woff2)}"
        ".a{font-family:GDS Transport,arial,sans-serif;color:red}"
        ".logo:before{background-image:url(/assets/images/govuk-crest.svg)}.b{margin:0}"
        ".footer__crown{margin:1px}.c{margin:2px}/*# sourceMappingURL=x */"
    )
    assert (
        ".a{font-family:var(--kit-font,system-ui,sans-serif);color:red}.b{margin:0}.c{margin:2px}"
        == debranded(css)
    )


def test_git_never_sees_the_built_sheets() -> None:
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert "/src/answerable/kit/built/" in ignored
