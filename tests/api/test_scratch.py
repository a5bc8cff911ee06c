import pytest
from tests.api.zone import make_zone, caller as call
pytestmark = pytest.mark.django_db
def test_it():
    make_zone()
    c = call("officer")
    r = c("GET", "/me"); print(r.status_code, r.json())
    r = c("GET", "/registers"); print(r.status_code, [x["code"] for x in r.json()])
    r = c("POST", "/attraction", {"fields": {"name": "新能源电池项目", "investor": "甲公司", "industry": "new_energy", "investment": "3.2亿"}}); print(r.status_code, r.json())
    r = c("GET", "/attraction?f=investment:ge:1000&q=xny"); print(r.status_code, r.json())
    key = r.json()["rows"][0]["key"]
    r = c("GET", f"/attraction/{key}/moves"); print(r.status_code, r.json())
    r = c("PATCH", f"/attraction/{key}", {"version": 9, "fields": {"name": "x"}}); print(r.status_code, r.json())
    r = c("PATCH", f"/attraction/{key}", {"version": 1, "fields": {"nome": "x", "industry": [1]}}); print(r.status_code, r.json())
    r = c("GET", "/audit"); print(r.status_code, r.json())
    r = c("GET", f"/audit?register=attraction&record={key}"); print(r.status_code, r.json())
    r = c("GET", "/token"); print(r.status_code, r.json())
    r = c("GET", "/nix"); print(r.status_code, r.json())
    r = c("GET", "/openapi.json"); print(r.status_code, len(r.content))
    r = call("other-officer")("GET", f"/attraction/{key}"); print(r.status_code, r.json())
    from django.test import Client
    r = Client().get("/api/attraction"); print(r.status_code, r.json())
    r = c("DELETE", f"/attraction/{key}?reason=x"); print(r.status_code, r.json())
    r = c("POST", f"/attraction/{key}/restore", {"reason":"y"}); print(r.status_code, r.json())
