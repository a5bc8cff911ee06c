"""Replaceable ciphers. What is sealed names its suite and its data subject, so that any suite's work can be read.

A sealed text is ``~<suite>.<subject>.<nonce, ciphertext and tag>``, the last two in URL-safe base64 without padding;
sealed bytes carry the same head as ASCII and the rest as it is. The head is authenticated with the text.
"""

import base64
import hmac
import os
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hmac import HMAC
from django.conf import settings

__all__ = ["KEY_SIZE", "SUITES", "Broken", "Suite", "current", "is_sealed", "new_subject"]

KEY_SIZE = 48
"""Bytes of a key: the first 32 for AES-256, the last 16 for SM4, so that no key serves two ciphers."""
NONCE, TAG = 12, 16
_SEALED = re.compile(r"^~[a-z]\.[\w-]{22}\.[\w-]{38,}$", re.ASCII)


class Broken(Exception):
    """What was sealed was altered, or sealed with another key."""


class Suite(ABC):
    """An authenticated cipher and a keyed digest. ``code`` is the letter that what it sealed begins with."""

    code: ClassVar[str]
    label: ClassVar[str]

    @abstractmethod
    def seal(self, key: bytes, clear: bytes, head: bytes) -> bytes:
        """Nonce, ciphertext and tag."""

    @abstractmethod
    def open(self, key: bytes, sealed: bytes, head: bytes) -> bytes:
        """The clear bytes; raises :class:`Broken`."""

    @abstractmethod
    def digest(self, key: bytes, clear: bytes) -> bytes:
        """A keyed digest of 32 bytes."""


class International(Suite):
    """AES-256-GCM and HMAC-SHA-256."""

    code, label = "a", "AES-256-GCM, HMAC-SHA-256"

    def seal(self, key: bytes, clear: bytes, head: bytes) -> bytes:
        nonce = os.urandom(NONCE)
        return nonce + AESGCM(key[:32]).encrypt(nonce, clear, head)

    def open(self, key: bytes, sealed: bytes, head: bytes) -> bytes:
        try:
            return AESGCM(key[:32]).decrypt(sealed[:NONCE], sealed[NONCE:], head)
        except InvalidTag as error:
            raise Broken from error

    def digest(self, key: bytes, clear: bytes) -> bytes:
        return hmac.digest(key[:32], clear, "sha256")


class Commercial(Suite):
    """The commercial ciphers of China: SM4-GCM (GB/T 32907-2016) and HMAC with SM3 (GB/T 32905-2016)."""

    code, label = "s", "SM4-GCM, HMAC-SM3"

    def seal(self, key: bytes, clear: bytes, head: bytes) -> bytes:
        nonce = os.urandom(NONCE)
        worker = Cipher(algorithms.SM4(key[32:]), modes.GCM(nonce)).encryptor()
        worker.authenticate_additional_data(head)
        return nonce + worker.update(clear) + worker.finalize() + worker.tag

    def open(self, key: bytes, sealed: bytes, head: bytes) -> bytes:
        worker = Cipher(algorithms.SM4(key[32:]), modes.GCM(sealed[:NONCE], sealed[-TAG:])).decryptor()
        worker.authenticate_additional_data(head)
        try:
            return worker.update(sealed[NONCE:-TAG]) + worker.finalize()
        except InvalidTag as error:
            raise Broken from error

    def digest(self, key: bytes, clear: bytes) -> bytes:
        worker = HMAC(key[32:], hashes.SM3())
        worker.update(clear)
        return worker.finalize()


SUITES: Mapping[str, Suite] = {suite.code: suite for suite in (International(), Commercial())}
_BY_NAME: Mapping[str, Suite] = {"aes": SUITES["a"], "sm": SUITES["s"]}


def current() -> Suite:
    """The suite that new values are sealed with: the setting ``XIANXING_CIPHERS``, ``aes`` or ``sm``."""
    return _BY_NAME[settings.CIPHERS]


def new_subject() -> str:
    """A fresh name for a data subject: 128 random bits as 22 characters, never used again."""
    return base64.urlsafe_b64encode(os.urandom(16)).decode()[:22]


def is_sealed(text: object) -> bool:
    """Whether a text has the form of a sealed one."""
    return isinstance(text, str) and bool(_SEALED.match(text))
