"""A flat that lacks nothing, for the inherited tests of its flow."""

from tests.suite.full import Full

FULL = {
    "apartment": Full(
        "invest1-head",
        {"name": "齐备的公寓", "size": 60, "rent": 900, "tenant": "某人"},
        {"let": ("let_on", "2017-10-09", "in_future")},
    ),
}
