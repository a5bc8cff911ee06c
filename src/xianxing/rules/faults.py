"""What can be wrong with a rule file or with the facts given to it."""

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Problem

NOT_YAML = Problem("not_yaml", _("The file is not readable YAML: %(what)s"), _("Correct the line that is named"))
SHAPE = Problem("rule_shape", _("“%(label)s” is not as expected: %(what)s"), _("Write %(expected)s"))
MISSING_KEY = Problem("rule_missing", _("“%(label)s” is missing"), _("Add it; docs/rules.md shows an example"))
UNKNOWN_KEY = Problem(
    "rule_unknown_key", _("“%(value)s” is no part of %(label)s"), _("Remove it, or write one of: %(choices)s")
)
NO_POPULATION = Problem(
    "rule_population",
    _("Population steps (rank, share, class, cap, tie) are not part of the language yet"),
    _("Judge each record by itself; remove “population”"),
)
BAD_CODE = Problem(
    "rule_code",
    _("“%(value)s” cannot be a name in a rule"),
    _("Write small Latin letters, digits and underscores, a letter first, not a word that CEL reserves"),
)
TWICE = Problem("rule_twice", _("The name “%(value)s” is used twice"), _("Give each its own name"))
SYNTAX = Problem(
    "rule_syntax", _("“%(value)s” cannot be read at character %(place)s: %(what)s"), _("Correct the expression")
)
TOO_BIG = Problem(
    "rule_too_big", _("The expression is larger than the language allows (%(what)s)"), _("Split it into features")
)
UNDECLARED = Problem(
    "rule_undeclared",
    _("“%(name)s” in “%(value)s” is not declared before it is used"),
    _("Declare it as an input, a parameter or a feature, above where it is used"),
)
TYPES = Problem(
    "rule_types",
    _("In “%(value)s”, %(what)s"),
    _("Compare and add only what has the same type and dimension; a threshold with a unit is a parameter"),
)
NOT_PORTABLE = Problem(
    "rule_not_portable",
    _("“%(what)s” in the condition “%(value)s” would be judged differently by different engines"),
    _("Put it into a feature with stated places and rounding, and compare the feature"),
)
NO_ROUNDING = Problem(
    "rule_rounding",
    _("“%(label)s” can come out between two values of its type, and no rounding is stated"),
    _("Add “round:” with one of: %(choices)s"),
)
WRONG_TYPE = Problem(
    "rule_result_type",
    _("“%(label)s” is declared as %(expected)s, but its formula gives %(what)s"),
    _("Correct either"),
)
BAD_VALUE = Problem("rule_value", _("%(label)s cannot be read from “%(value)s”"), _("Give %(expected)s"))
OVERLAP = Problem(
    "rule_overlap",
    _("The versions “%(value)s” and “%(other)s” are in force on the same days in the same jurisdiction"),
    _("End one before the other starts"),
)
NO_SOURCE = Problem(
    "rule_no_source",
    _("“%(label)s” names no document"),
    _("Write source with document and clause, or own: true for what the zone set itself"),
)
EXAMPLE_FAILS = Problem(
    "rule_example",
    _("The worked example “%(label)s” gives %(what)s = %(value)s instead of %(expected)s"),
    _("Correct the rule or the example"),
)
NO_RULESET = Problem("no_entry", _("There is no rule set “%(value)s”"), _("See the list of rules"))
NO_VERSION = Problem("no_version", _("The rule set has no version “%(value)s”"), _("Choose one of: %(choices)s"))
SAME_CODE = Problem(
    "rule_same_code", _("The rule set “%(value)s” is already defined in %(other)s"), _("Give it another code")
)
NO_INPUT = Problem("rule_no_input", _("The rule set has no input “%(value)s”"), _("Give one of: %(choices)s"))
