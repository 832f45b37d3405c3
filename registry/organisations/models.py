from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.core import clock
from registry.core.actors import Actor
from registry.core.roles import OrganisationKind, Role
from registry.organisations import states

LISTED = ("approved", "suspended", "closed")
"""The states in which an organisation stands in the public register."""


class Organisation(models.Model):
    """Who stands behind an act. Nothing happens in the name of an organisation that is not approved."""

    view_action = "organisations.view"

    class CodeKind(models.TextChoices):
        USCC = "uscc", _("Unified social credit code")
        FOREIGN = "foreign", _("Foreign registration number")

    kind = models.CharField(_("kind"), max_length=32, choices=OrganisationKind.choices)
    name_zh = models.CharField(_("name in Chinese"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200)
    registration_code = models.CharField(
        _("registration code"),
        max_length=40,
        unique=True,
        help_text=_("Unified social credit code (GB 32100-2015) or a foreign registration number."),
    )
    code_kind = models.CharField(_("kind of code"), max_length=16, choices=CodeKind.choices, default=CodeKind.FOREIGN)
    code_reason = models.CharField(
        _("reason for a code that fails the check"), max_length=300, blank=True, help_text=_("Seen by the authority.")
    )
    applicant_name = models.CharField(_("who applies"), max_length=100, blank=True)
    applicant_email = models.EmailField(_("e-mail of the applicant"), blank=True)
    state = states.ORGANISATION.field()
    created_at = models.DateTimeField(db_default=clock.Now(), editable=False)

    class Meta:
        verbose_name = _("organisation")
        ordering = ["name_en"]
        triggers = [states.ORGANISATION.trigger()]

    def __str__(self) -> str:
        return f"{self.name_zh} {self.name_en}"

    def relations_of(self, actor: Actor) -> frozenset[str]:
        related = {"own"} if actor.organisation_id == self.pk else set()
        return frozenset(related | ({"listed"} if self.state in LISTED else set()))


class People(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser):
    """A person; signs in by e-mail. What the person may do comes from memberships only."""

    email = models.EmailField(_("e-mail"), unique=True)
    name_zh = models.CharField(_("name in Chinese"), max_length=100)
    name_en = models.CharField(_("name in English"), max_length=100)
    is_active = models.BooleanField(_("active"), default=True)
    is_demo = models.BooleanField(_("demonstration account"), default=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name_zh", "name_en"]
    objects = People()

    class Meta:
        verbose_name = _("person")

    def __str__(self) -> str:
        return f"{self.name_zh} {self.name_en}"


class Membership(models.Model):
    """One role of one person in one organisation. A person belongs to one organisation at a time."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=32, choices=Role.choices)
    granted_at = models.DateTimeField(db_default=clock.Now(), editable=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("membership")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role"],
                condition=models.Q(ended_at__isnull=True),
                name="one_live_membership_per_role",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.organisation}"


class Invitation(models.Model):
    """An organisation asks a person to join. The link goes to the address; only its digest is kept."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField(_("e-mail"))
    roles = models.JSONField(_("roles"))
    token_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(db_default=clock.Now(), editable=False)
    expires_at = models.DateTimeField(_("valid until"))
    accepted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    """Accepted or withdrawn."""

    class Meta:
        verbose_name = _("invitation")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "email"],
                condition=models.Q(ended_at__isnull=True),
                name="one_open_invitation_per_address",
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.organisation}"


class Accreditation(models.Model):
    """What a verification body may validate or verify, and when. It counts on the day of the act."""

    view_action = "organisations.view"

    class Scope(models.TextChoices):
        VALIDATION = "validation", _("Validation of karst carbon sink projects")
        VERIFICATION = "verification", _("Verification of karst carbon sink monitoring periods")

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="accreditations")
    scope = models.CharField(_("scope"), max_length=32, choices=Scope.choices)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"))
    state = states.ACCREDITATION.field()

    class Meta:
        verbose_name = _("accreditation")
        constraints = [
            models.CheckConstraint(condition=models.Q(valid_to__gte=models.F("valid_from")), name="accredited_span")
        ]
        triggers = [states.ACCREDITATION.trigger()]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.get_scope_display()} {self.valid_from}–{self.valid_to}"

    def relations_of(self, actor: Actor) -> frozenset[str]:
        return self.organisation.relations_of(actor)


class ApiToken(models.Model):
    """A key with which a program acts in a person's name, with fewer rights. Only its digest is kept."""

    class Scope(models.TextChoices):
        READ = "read", _("read what you may see")
        WRITE = "write", _("create and change")
        DECIDE = "decide", _("sign, decide and move credits, with a code of the authenticator each time")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=80)
    prefix = models.CharField(max_length=12, editable=False)
    token_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    scopes = models.JSONField(_("scopes"))
    created_at = models.DateTimeField(db_default=clock.Now(), editable=False)
    expires_at = models.DateTimeField(_("valid until"))
    last_used_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("token")

    def __str__(self) -> str:
        return f"{self.prefix}… {self.name}"
