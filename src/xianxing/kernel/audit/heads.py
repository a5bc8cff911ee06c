"""Heads of the audit chain, signed with a key that lies outside the database.

The chain alone cannot tell that its tail was cut off and the head set back. A signed head kept elsewhere can: the entry
it names must still be there, with the digest it names.
"""

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from xianxing.kernel import clock
from xianxing.kernel.audit.models import AuditEntry, AuditHead
from xianxing.kernel.blockers import Blocked, Blocker, Problem

__all__ = ["SignedHead", "check_head", "read_head", "sign", "sign_head", "signed_here"]

BAD_HEAD = Problem(
    "bad_head", _("The file is not a head signed by this installation"), _("Choose a file that it wrote")
)
GONE = Problem(
    "head_gone",
    _("Entry %(number)s was there on %(at)s and is not in the chain any more, or is another one"),
    _("Restore a backup that has it, and find out who cut the chain"),
)


@dataclass(frozen=True)
class SignedHead:
    """Number and digest of the last entry at an instant (ISO, UTC), with an Ed25519 signature over the three."""

    number: int
    digest: str
    at: str
    signature: str

    def text(self) -> str:
        """The head as a file holds it."""
        return json.dumps(vars(self), indent=1) + "\n"

    def signed(self) -> bytes:
        """What the signature covers."""
        return f"{self.number}\n{self.digest}\n{self.at}".encode()


def sign_head(head: tuple[int, str] | None = None) -> SignedHead:
    """The present head, or one read in a snapshot as (number, digest), signed."""
    found = head or AuditHead.objects.filter(pk=1).values_list("number", "digest").first() or (0, "")
    bare = SignedHead(found[0], found[1], clock.instant().isoformat(timespec="seconds"), "")
    return SignedHead(bare.number, bare.digest, bare.at, sign(bare.signed()))


def sign(content: bytes) -> str:
    """The installation's signature of some bytes, in base64."""
    return base64.b64encode(_key().sign(content)).decode()


def signed_here(content: bytes, signature: str) -> bool:
    """Whether a signature of some bytes was made by this installation."""
    try:
        _key().public_key().verify(base64.b64decode(signature, validate=True), content)
    except (ValueError, InvalidSignature):
        return False
    return True


def read_head(text: str) -> SignedHead:
    """A head from its file, its signature checked; raises :class:`Blocked`."""
    try:
        given: Any = json.loads(text)
        head = SignedHead(int(given["number"]), str(given["digest"]), str(given["at"]), str(given["signature"]))
    except (ValueError, KeyError, TypeError) as error:
        raise Blocked((Blocker(BAD_HEAD),)) from error
    if not signed_here(head.signed(), head.signature):
        raise Blocked((Blocker(BAD_HEAD),))
    return head


def check_head(head: SignedHead) -> None:
    """Check that the chain still holds what a head witnessed; raises :class:`Blocked`."""
    there = AuditEntry.objects.filter(number=head.number, digest=head.digest).exists()
    if head.number and not there:
        raise Blocked((Blocker(GONE, params={"number": head.number, "at": head.at}),))


def _key() -> Ed25519PrivateKey:
    """The installation's signing key: made on first use, readable by its owner only."""
    path: Path = settings.HOME / "keys" / "audit.pem"
    if not path.exists():
        fresh = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_bytes(fresh)
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{path} holds no Ed25519 key")
    return key
