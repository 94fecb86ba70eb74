"""Where one can go from every page: what is installed, for whoever looks."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

# The first words of each line name the page; a room that is not installed has no line.
_FOR_STAFF = (
    ("Waiting for you", "home:home"),
    ("Systems and uses", "inventory:systems"),
    ("People", "people:people"),
    ("Register", "openness:register"),
    ("Your account", "people:account"),
)
_FOR_EVERYBODY = (
    ("Register", "openness:register"),
    ("Your decision", "remedy:case"),
    ("Report a problem", "openness:report"),
    ("Sign in", "account_login"),
)
_IN_THE_FOOTER = (
    ("How AI is used: the policy", "openness:policy"),
    ("Report a problem", "openness:report"),
    ("Checkpoint of the ledger", "ledger:checkpoint"),
)
# The first page of each practice about a use, in the order of the work.
_OF_A_USE = (
    ("Obligations: purpose, law, rights", "obligations:use"),
    ("Assessment: risks and evidence", "assessment:use"),
    ("Monitoring: limits, alarms, incidents", "monitoring:use"),
    ("Competence: who can review it", "competence:use"),
    ("Procurement: what the vendor claims", "procurement:use"),
    ("Remedy: notices, challenges, look-back", "remedy:use"),
    ("Openness: the public record", "openness:use"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """A link: its words, its address, and whether one is there already."""

    words: str
    address: str
    here: bool = False


def ways(request: HttpRequest) -> tuple[Way, ...]:
    """Give the links of the header."""
    known = getattr(request, "actor", None) is not None
    return _installed(_FOR_STAFF if known else _FOR_EVERYBODY, request.path)


def footer_ways() -> tuple[Way, ...]:
    """Give the links of the footer."""
    return _installed(_IN_THE_FOOTER, "")


def practices_of(use: str) -> tuple[Way, ...]:
    """Give the first page of each practice about a use."""
    return _installed(_OF_A_USE, "", use)


def _installed(lines: tuple[tuple[str, str], ...], path: str, *args: str) -> tuple[Way, ...]:
    found = []
    for words, name in lines:
        try:
            address = reverse(name, args=args)
        except NoReverseMatch:
            continue
        here = path == address or (address != "/" and path.startswith(address))
        found.append(Way(words=words, address=address, here=here))
    return tuple(found)
