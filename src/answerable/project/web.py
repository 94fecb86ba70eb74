"""What Django is told: the databases, the rooms that have tables, and nothing a user may set.

What depends on the machine comes from `answerable.project.settings`; limits and deadlines
are law. Django's own names are in capitals because it looks for them.
"""

from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from csp.constants import NONE, SELF

from answerable.kit.files import BUILT
from answerable.project import site_key
from answerable.project.settings import Settings, read_settings

SETTINGS = read_settings()

# Kept with the other keys: who has signed in stays so when the site starts again.
SECRET_KEY = site_key.read_or_passing(SETTINGS.keys)
DEBUG = False
_SITE = urlsplit(SETTINGS.site)
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", _SITE.hostname or "localhost"]
CSRF_TRUSTED_ORIGINS = [SETTINGS.site]
ROOT_URLCONF = "answerable.project.urls"
WSGI_APPLICATION = "answerable.project.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.Account"
USE_TZ = True
TIME_ZONE = "UTC"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "answerable.ledger",
    # Before whatever else brings templates: theirs are shown in our look.
    "answerable.kit",
    "answerable.people",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "answerable.inventory",
    "answerable.gate",
    "answerable.intake",
    "answerable.intake.hot",
    "answerable.practices.obligations",
    "answerable.practices.assessment",
    "answerable.practices.monitoring",
    "answerable.practices.competence",
    "answerable.practices.openness",
    "answerable.practices.remedy",
    "answerable.practices.procurement",
    "answerable.flow",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "answerable.people.doors.Doorkeeper",
    "answerable.project.middleware.LedgerFits",
    "answerable.project.middleware.Reactions",
    "answerable.kit.errors.Refusals",
    # Last, as it asks: it turns a lock-out into an answer.
    "axes.middleware.AxesMiddleware",
]

# -- what a page looks like, and what it may load ------------------------------------

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).with_name("templates")],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "answerable.project.about.about",
            ],
        },
    }
]
FORM_RENDERER = "answerable.kit.forms.KitRenderer"
STATIC_URL = "/static/"
STATICFILES_DIRS = [("kit/built", BUILT)]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "answerable.kit.files.Files"},
}
# Files are served from where they are installed: nothing is collected before the start.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 86400
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "script-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
LANGUAGE_CODE = "en"

# -- who is let in ------------------------------------------------------------------

AUTHENTICATION_BACKENDS = [
    # First: it refuses before a password is looked at.
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SAMESITE = "Lax"
# On the machine itself there is no certificate; on a network there must be one.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _SITE.scheme == "https"
SECURE_HSTS_SECONDS = 31536000 if _SITE.scheme == "https" else 0
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = _SITE.scheme == "http"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "answerable.kit.errors.form_too_old"

# An administrator adds accounts: nobody signs up, and an address is not changed here.
ACCOUNT_ADAPTER = "answerable.people.sign_in.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_FORMS = {"login": "answerable.people.sign_in.LoginForm"}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
# Wrong passwords are counted in the database, below: one count, one answer.
ACCOUNT_RATE_LIMITS = {"login_failed": ""}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ADAPTER = "answerable.people.sign_in.SecondFactors"
MFA_TOTP_ISSUER = "Answerable"

# Five wrong passwords for an address from one place close that pair for a while.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_USERNAME_FORM_FIELD = "login"
AXES_LOCKOUT_CALLABLE = "answerable.people.sign_in.locked_out"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False


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

# Where rooms that know no project find the keys, the log and the mail server.
INSTALLED_MACHINE = "answerable.project.machine.machine"
