"""What Django is told: the databases, the rooms that have tables, and nothing a user may set.

What depends on the machine comes from `answerable.project.settings`; limits and deadlines
are law. Django's own names are in capitals because it looks for them.
"""

import secrets
from urllib.parse import parse_qsl, unquote, urlsplit

from answerable.project.settings import Settings, read_settings

SETTINGS = read_settings()

# Sessions end when the process does, until there is a site to sign in to.
SECRET_KEY = secrets.token_urlsafe(50)
DEBUG = False
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
ROOT_URLCONF = "answerable.project.urls"
WSGI_APPLICATION = "answerable.project.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.Account"
USE_TZ = True
TIME_ZONE = "UTC"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "answerable.ledger",
    "answerable.people",
    "answerable.inventory",
    "answerable.gate",
    "answerable.intake",
    "answerable.intake.hot",
    "answerable.flow",
]
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]


def databases(settings: Settings) -> dict[str, dict[str, object]]:
    """Name the databases: `default`, and on SQLite `decisions` for the hot rows of the log.

    On SQLite they are two files, so that neither waits for the other's write lock.
    PostgreSQL locks rows, so there one database holds both.
    """
    if settings.database is not None:
        return {"default": _postgres(settings.database)}
    return {
        "default": _sqlite(settings, "answerable.sqlite3"),
        "decisions": _sqlite(settings, "decisions.sqlite3"),
    }


def _sqlite(settings: Settings, name: str) -> dict[str, object]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(settings.home / name),
        # Tests use files too: in memory there is neither a log nor a second process.
        "TEST": {"NAME": str(settings.home / f"test-{name}")},
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 10,
            # Durable before the answer; what is deleted is overwritten.
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
            ),
        },
    }


def _postgres(address: str) -> dict[str, object]:
    parts = urlsplit(address)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.removeprefix("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


DATABASES = databases(SETTINGS)
DATABASE_ROUTERS = ["answerable.project.routers.HotRows"]
