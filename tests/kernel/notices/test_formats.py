"""What webhooks carry and how it is signed, against the published descriptions of the formats."""

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.utils.translation import override

from xianxing.kernel.notices.formats import (
    Content,
    Secrets,
    accepted,
    address,
    fresh_secret,
    lacks,
    request,
    said,
    signature,
)
from xianxing.kernel.notices.outbound import Answer

AT = datetime(2017, 9, 29, 2, 0, tzinfo=UTC)
CONTENT = Content(
    "k1", "urge", "催办", "某项目：“开工”已逾期", "https://x.example/n/7/", "开发区", AT, "attraction", 9, "某项目"
)


def test_signed_json_verifies_as_standard_webhooks_says() -> None:
    secret = fresh_secret()
    sent = request("json", CONTENT, Secrets(secret), AT)
    key = base64.b64decode(secret.removeprefix("whsec_"))
    stamp = sent.headers["Webhook-Timestamp"]
    wanted = hmac.new(key, b"k1." + stamp.encode() + b"." + sent.body, hashlib.sha256).digest()
    assert sent.headers["Webhook-Signature"] == "v1," + base64.b64encode(wanted).decode()
    assert (stamp, sent.headers["Webhook-Id"], sent.headers["Idempotency-Key"]) == ("1506650400", "k1", "k1")
    assert json.loads(sent.body)["data"]["title"] == "某项目"


def test_the_signature_matches_the_vector_of_the_reference_library() -> None:
    """Secret, id, time and body of the test in the Standard Webhooks libraries."""
    told = b'{"test": 2432232314}'
    signed = signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", told)
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_dingtalk_signs_milliseconds_and_secret_into_the_address() -> None:
    sent = request("dingtalk", CONTENT, Secrets("SECabc", "tok"), AT)
    signed = hmac.new(b"SECabc", b"1506650400000\nSECabc", hashlib.sha256).digest()
    assert sent.query == {
        "access_token": "tok", "timestamp": "1506650400000", "sign": base64.b64encode(signed).decode(),
    }  # fmt: skip
    assert "%3D" in address("https://oapi.dingtalk.com/robot/send", sent.query)
    body = json.loads(sent.body)
    assert body["msgtype"] == "text"
    assert body["text"]["content"].startswith("【开发区】催办：某项目")


def test_dingtalks_signature_is_the_one_of_its_published_sample() -> None:
    """The steps of the sample in 自定义机器人安全设置, with its secret; the value by ``openssl dgst -sha256 -hmac``."""
    sent = request("dingtalk", CONTENT, Secrets("this is secret", "tok"), AT)
    assert sent.query["sign"] == "Q/sOivSrGUWGgcR9TF4ARWBCrOmewwkDwE59AUsVMIg="


def test_wecom_gets_its_key_and_nothing_else_in_the_address() -> None:
    sent = request("wecom", CONTENT, Secrets("ignored", "key"), AT)
    assert sent.query == {"key": "key"}
    assert json.loads(sent.body)["msgtype"] == "text"


@pytest.mark.parametrize("sign", ["长", "𬭚", "a"])
def test_a_robots_text_keeps_within_2048_bytes_and_its_way_back_stays_whole(sign: str) -> None:
    long = Content("k", "info", "信息", sign * 5000, "https://x.example/n/7/", "开发区", AT)
    text = json.loads(request("wecom", long, Secrets("", "key"), AT).body)["text"]["content"]
    assert 2040 < len(text.encode()) <= 2048
    assert text.endswith(f"{sign}\nhttps://x.example/n/7/")


def test_a_robot_says_that_a_record_is_invented() -> None:
    with override("en"):
        text = json.loads(request("dingtalk", replace(CONTENT, invented=True), Secrets("", "t"), AT).body)
    assert text["text"]["content"].startswith("【开发区】【invented】催办")


def test_a_robot_took_a_message_only_if_it_says_so() -> None:
    refused = Answer(200, '{"errcode":310000,"errmsg":"sign not match"}')
    assert accepted("dingtalk", Answer(200, '{"errcode":0}'))
    assert not accepted("dingtalk", refused)
    assert not accepted("wecom", Answer(200, "<html>"))
    assert accepted("json", Answer(204))
    assert said("dingtalk", refused) == "HTTP 200, errcode 310000"


def test_the_log_repeats_nothing_of_an_answer_that_may_repeat_what_was_sent() -> None:
    assert said("json", Answer(500, "cannot store 某项目")) == "HTTP 500"


def test_without_its_secret_nothing_is_sent() -> None:
    assert lacks("json", Secrets())
    assert lacks("wecom", Secrets("x", ""))
    assert not lacks("dingtalk", Secrets("", "tok"))
