"""What every page says of the installation: whether its people and cases are invented."""

from django.http import HttpRequest

from answerable.project import installation
from answerable.project.settings import read_settings


def about(_request: HttpRequest) -> dict[str, object]:
    """Give templates the name of the installation, and whether it is a demonstration."""
    found = installation.find(read_settings())
    return {
        "installation": found.name if found else "",
        "is_demonstration": found.demo if found else False,
    }
