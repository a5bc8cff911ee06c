"""What the log-in remembers. None of it is a register: it is reached by the functions beside it and by nothing else."""

from typing import Any, ClassVar

from django.db import models


class LoginPolicy(models.Model):
    """The zone's rules of log-in, one row; without it the product's own hold (:mod:`.policy`). 0 switches one off."""

    roles = models.JSONField(default=list)
    idle_minutes = models.PositiveIntegerField()
    session_hours = models.PositiveIntegerField()
    sessions = models.PositiveIntegerField()
    name_tries = models.PositiveIntegerField()
    address_tries = models.PositiveIntegerField()
    lock_minutes = models.PositiveIntegerField()
    password_days = models.PositiveIntegerField()


class TryCount(models.Model):
    """Failed tries of a name, an address or a person's second factor. ``key`` is a digest: what was typed may be a
    password. ``since`` is the last counted try."""

    key = models.CharField(max_length=64, unique=True)
    tries = models.PositiveIntegerField(default=0)
    since = models.DateTimeField()


class LoginRecord(models.Model):
    """One log-in of a person, or one refused; what the person is shown about it."""

    person = models.ForeignKey("kernel.Person", models.CASCADE, related_name="+")
    at = models.DateTimeField()
    way = models.CharField(max_length=20)
    refused = models.BooleanField(default=False)
    address = models.CharField(max_length=45, blank=True)
    device = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index(fields=["person", "-id"], name="login_record_of")]


class LoginSession(models.Model):
    """A session that stands: without its row a cookie is worth nothing. ``digest`` is the SHA-256 of its key."""

    digest = models.CharField(max_length=64, unique=True)
    person = models.ForeignKey("kernel.Person", models.CASCADE, related_name="+")
    since = models.DateTimeField()
    way = models.CharField(max_length=20, blank=True)
    address = models.CharField(max_length=45, blank=True)
    device = models.CharField(max_length=200, blank=True)


class PastPassword(models.Model):
    """The digest of a password somebody chose, and when: not to be chosen again soon, and too old one day."""

    person = models.ForeignKey("kernel.Person", models.CASCADE, related_name="+")
    digest = models.CharField(max_length=128)
    at = models.DateTimeField()


class TimeCode(models.Model):
    """A person's time-based codes (RFC 6238). The secret is sealed with the master key; ``last_step`` is the time step
    of the last code taken, and no code of it or before is taken again."""

    person = models.OneToOneField("kernel.Person", models.CASCADE, related_name="+")
    secret = models.CharField(max_length=200)
    last_step = models.BigIntegerField(default=0)
    since = models.DateTimeField()


class RecoveryCode(models.Model):
    """A code that stands in for the second factor once. Only its keyed digest is kept."""

    person = models.ForeignKey("kernel.Person", models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)


class Passkey(models.Model):
    """A key pair in somebody's device (WebAuthn); we hold the public half."""

    person = models.ForeignKey("kernel.Person", models.CASCADE, related_name="+")
    credential = models.CharField(max_length=1400, unique=True)
    public_key = models.BinaryField()
    count = models.BigIntegerField(default=0)
    name = models.CharField(max_length=60)
    since = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class OutsideIdentity(models.Model):
    """A person's account at an OpenID provider, known by issuer and subject and by nothing else."""

    person = models.ForeignKey("kernel.Person", models.CASCADE, related_name="+")
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint("issuer", "subject", name="outside_identity")]
