"""What the library that signs people in is told: who may, with what, and in which words."""

import base64
import os
from http import HTTPStatus
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm as LibrarysLoginForm
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse

from answerable.kit.pages import page

_KEY_BYTES = 32
_NONCE_BYTES = 12
_PURPOSE = b"answerable second factors v1"


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # it has no types
    """Nobody signs up, and no message is sent or flashed: an administrator lets people in."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Let nobody make an account of their own."""
        del request
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send nothing: signing in needs no mail server."""

    def add_message(self, *args: object, **kwargs: object) -> None:
        """Flash nothing: the page one comes to says what is so."""


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]  # it has no types
    """Keeps the secrets of second factors closed, under the key of the site."""

    def encrypt(self, text: str) -> str:
        """Close a secret before it is kept."""
        nonce = os.urandom(_NONCE_BYTES)
        return base64.b64encode(nonce + _cipher().encrypt(nonce, text.encode(), None)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open a secret that was kept."""
        kept = base64.b64decode(encrypted_text)
        return _cipher().decrypt(kept[:_NONCE_BYTES], kept[_NONCE_BYTES:], None).decode()

    def generate_authenticator_name(self, user: AbstractBaseUser, type: str) -> str:  # noqa: A002 - the library's name
        """Name a passkey until its owner does."""
        del user, type
        return "Passkey"


def _cipher() -> AESGCM:
    derivation = HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=_PURPOSE)
    return AESGCM(derivation.derive(settings.SECRET_KEY.encode()))


class LoginForm(LibrarysLoginForm):  # type: ignore[misc]  # it has no types
    """An address and a password; the lock-out hears the address under one name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - the library's own
        """Show no example in a field: it vanishes when one types, and is hard to read."""
        super().__init__(*args, **kwargs)
        for name, label in (("login", "Email address"), ("password", "Password")):
            self.fields[name].label = label
            self.fields[name].help_text = ""
            self.fields[name].widget.attrs.pop("placeholder", None)

    def user_credentials(self) -> dict[str, Any]:
        """Give what is checked, with the address as the lock-out looks for it."""
        found: dict[str, Any] = super().user_credentials()
        found["login"] = found.get("email", "")
        return found


def locked_out(
    request: HttpRequest, original_response: HttpResponse | None = None, *_args: object
) -> HttpResponse:
    """Say that there were too many wrong passwords, and when to try again."""
    del original_response
    return page(request, "people/locked_out.html", status=HTTPStatus.TOO_MANY_REQUESTS)
