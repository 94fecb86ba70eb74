"""Tables of agencies, accounts, roles and service tokens."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from answerable.people.roles import GIVEN


class Agency(models.Model):
    """A public body. Every other row belongs to one."""

    ref = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    profile = models.CharField(max_length=40)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        """Show the reference."""
        return self.ref


class Account(AbstractBaseUser):
    """Somebody who can sign in."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    # When an administrator took the second step away. Until there is a new one, nothing opens.
    second_step_lost_at = models.DateTimeField(null=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = BaseUserManager()

    @property
    def ref(self) -> str:
        """How other rows and the ledger's commitments name this person."""
        return f"account/{self.pk}"


class Membership(models.Model):
    """A role that an account holds in an agency."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="memberships")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20)
    given_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("account", "agency", "role"),
                condition=models.Q(ended_at=None),
                name="one_live_membership",
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=[role.value for role in GIVEN]),
                name="a_role_that_can_be_given",
            ),
        )


class ServiceToken(models.Model):
    """What an agency's software shows instead of a password. Only its hash is kept."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=12, unique=True)
    sha256 = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField()
    use = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)


class PasswordLink(models.Model):
    """A link with which somebody sets a password, once. Only its hash is kept."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    agency = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("account",),
                condition=models.Q(used_at=None),
                name="one_live_password_link",
            ),
        )
