"""What a webhook carries and how it is signed, by format.

``json`` follows Standard Webhooks 1.0 (id, timestamp, HMAC-SHA256 over ``id.timestamp.body``); the robots of
DingTalk and WeCom take a text message, and say in ``errcode`` whether they took it. They know no key by which a message
that comes twice is one; a group may read it twice.

Sources of the robots, read in copies (2026-11): DingTalk, 自定义机器人接入 and 自定义机器人安全设置
(open.dingtalk.com/document/robots/custom-robot-access); WeCom, 群机器人配置说明
(developer.work.weixin.qq.com/document/path/91770). Not tried against the living services.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from xianxing.kernel.notices.outbound import Answer

__all__ = [
    "A_MINUTE",
    "Content",
    "Request",
    "Secrets",
    "accepted",
    "address",
    "fresh_secret",
    "lacks",
    "request",
    "said",
    "signature",
]

TEXT_LIMIT = 2_048
"""Bytes in UTF-8 of a text message; WeCom's limit (91770, 文本类型), kept for DingTalk too."""
A_MINUTE = 20
"""Messages a robot takes in a minute. DingTalk takes none for ten minutes after more (调用频率限制); WeCom: 91770,
消息发送频率限制."""


@dataclass(frozen=True)
class Content:
    """What a receiver outside is told. ``key`` stays the same at every try; ``title`` is empty where it has no name."""

    key: str
    kind: str
    label: str
    text: str
    url: str
    zone: str
    at: datetime
    register: str = ""
    record: int = 0
    title: str = ""
    invented: bool = False

    @property
    def line(self) -> str:
        """The message as one text within a robot's limit: the way back stays whole, the words are cut."""
        mark = f"【{_('invented')}】" if self.invented else ""
        back = f"\n{self.url}" if self.url else ""
        said = f"【{self.zone}】{mark}{self.label}：{self.text}".encode()
        return said[: TEXT_LIMIT - len(back.encode())].decode("utf-8", "ignore") + back


@dataclass(frozen=True)
class Secrets:
    """What only the two ends know: the signing secret, and the access token or key of a robot's address."""

    secret: str = ""
    token: str = ""


@dataclass(frozen=True)
class Request:
    """What goes out: pairs for the address, headers, body."""

    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


def fresh_secret() -> str:
    """A signing secret as Standard Webhooks writes it: 32 random bytes."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def lacks(form: str, kept: Secrets) -> bool:
    """Whether a secret is missing without which nothing can be sent."""
    return not (kept.secret if form == "json" else kept.token)


def request(form: str, content: Content, kept: Secrets, moment: datetime) -> Request:
    """The request in a format, signed at a moment."""
    return _FORMATS[form](content, kept, moment)


def accepted(form: str, answer: Answer) -> bool:
    """Whether the receiver took it. A robot answers 200 whatever happens, and says the truth in ``errcode``."""
    return answer.accepted and (form == "json" or _error(answer).get("errcode") == 0)


def said(form: str, answer: Answer) -> str:
    """The answer for the log: the status, a robot's own error; never a body that may repeat what was sent."""
    error = {} if form == "json" else _error(answer)
    return f"HTTP {answer.status}" + (f", errcode {str(error['errcode'])[:12]}" if "errcode" in error else "")


def _error(answer: Answer) -> Mapping[str, Any]:
    try:
        read = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


def _packed(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def signature(secret: str, key: str, stamp: str, body: bytes) -> str:
    """The signature of Standard Webhooks over id, seconds since 1970 and body."""
    known = base64.b64decode(secret.removeprefix("whsec_"))
    signed = hmac.new(known, b".".join((key.encode(), stamp.encode(), body)), hashlib.sha256).digest()
    return f"v1,{base64.b64encode(signed).decode()}"


def _json(content: Content, kept: Secrets, moment: datetime) -> Request:
    body = _packed(
        {
            "type": f"notice.{content.kind}",
            "timestamp": content.at.isoformat(),
            "data": {
                "zone": content.zone, "kind": content.kind, "label": content.label, "text": content.text,
                "register": content.register, "record": content.record, "title": content.title, "url": content.url,
                "invented": content.invented,
            },
        }
    )  # fmt: skip
    stamp = str(int(moment.timestamp()))
    return Request(
        {},
        {
            "Webhook-Id": content.key,
            "Webhook-Timestamp": stamp,
            "Webhook-Signature": signature(kept.secret, content.key, stamp, body),
            **_headers(content),
        },
        body,
    )


def _dingtalk(content: Content, kept: Secrets, moment: datetime) -> Request:
    """DingTalk's custom robot. Where it asks for a signature (加签): HMAC-SHA256, with the secret as key, over
    milliseconds, a line break and the secret, in Base64, put into the address; good for an hour."""
    query = {"access_token": kept.token}
    if kept.secret:
        stamp = str(int(moment.timestamp() * 1000))
        signed = hmac.new(kept.secret.encode(), f"{stamp}\n{kept.secret}".encode(), hashlib.sha256).digest()
        query |= {"timestamp": stamp, "sign": base64.b64encode(signed).decode()}
    return Request(query, _headers(content), _text(content))


def _wecom(content: Content, kept: Secrets, moment: datetime) -> Request:
    """WeCom's group robot: the key in the address is all it asks for."""
    del moment
    return Request({"key": kept.token}, _headers(content), _text(content))


def _text(content: Content) -> bytes:
    return _packed({"msgtype": "text", "text": {"content": content.line}})


def _headers(content: Content) -> dict[str, str]:
    return {"Content-Type": "application/json", "User-Agent": "Xianxing", "Idempotency-Key": content.key}


def address(url: str, query: Mapping[str, str]) -> str:
    """Where a request goes."""
    return f"{url}?{urlencode(query)}" if query else url


_FORMATS: Mapping[str, Callable[[Content, Secrets, datetime], Request]] = {
    "json": _json,
    "dingtalk": _dingtalk,
    "wecom": _wecom,
}
