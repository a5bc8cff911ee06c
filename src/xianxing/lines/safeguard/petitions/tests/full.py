"""A petition that lacks nothing, for the inherited tests of its flow."""

from tests.suite.full import Full

FULL = {
    "petition": Full(
        "petition-officer",
        {
            "name": "齐备的信访事项", "person": "齐备者", "handler": "town-east-grid", "answer": "已办结",
            "resolved": "yes", "review": "upheld", "recheck": "upheld",
        },
        by={"extend": "zone-leader"},
    ),
}  # fmt: skip
