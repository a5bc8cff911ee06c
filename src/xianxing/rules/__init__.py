"""Published criteria as data: rule sets in YAML, judged exactly, with reasons. See docs/rules.md."""

from xianxing.rules.check import check_file
from xianxing.rules.judge import days, judge, judge_all, judge_one, judge_rows
from xianxing.rules.judgement import Clause, Judgement
from xianxing.rules.library import find_ruleset, rulesets
from xianxing.rules.ruleset import RuleSet, Version

__all__ = [
    "Clause",
    "Judgement",
    "RuleSet",
    "Version",
    "check_file",
    "days",
    "find_ruleset",
    "judge",
    "judge_all",
    "judge_one",
    "judge_rows",
    "rulesets",
]
