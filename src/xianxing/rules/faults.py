"""What can be wrong with a rule file or with the facts given to it."""

from django.utils.translation import gettext_lazy as _

from xianxing.kernel.blockers import Problem

NOT_YAML = Problem("not_yaml", _("The file is not readable YAML: %(what)s"), _("Correct the line that is named"))
SHAPE = Problem("rule_shape", _("“%(label)s” is not as expected: %(what)s"), _("Write %(expected)s"))
MISSING_KEY = Problem("rule_missing", _("“%(label)s” is missing"), _("Add it; docs/rules.md shows an example"))
UNKNOWN_KEY = Problem(
    "rule_unknown_key", _("“%(value)s” is no part of %(label)s"), _("Remove it, or write one of: %(choices)s")
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
NO_REMAINDER = Problem(
    "rule_share_of_rest",
    _("“%(label)s”: %(value)s of what is left is no share of the whole; classes would come out smaller than published"),
    _("Write the share of the whole (“share”), or the place up to which the class reaches (“up_to”)"),
)
OVER_WHOLE = Problem(
    "rule_over_whole", _("The classes together are %(value)s, more than the whole"), _("Correct the shares")
)
UNDER_WHOLE = Problem(
    "rule_under_whole",
    _("The classes together are %(value)s: the others would have no class"),
    _("Correct the shares, or let one class take the rest with “rest: true”"),
)
TWO_RESTS = Problem("rule_two_rests", _("More than one class takes the rest"), _("Give all others a share"))
NO_REST = Problem(
    "rule_no_rest",
    _("Where the denominator counts others than those ranked, shares of it do not fill the ranking"),
    _("Let one class take the rest with “rest: true”; classes behind it are counted from the bottom"),
)
NO_PANEL = Problem(
    "rule_no_panel",
    _("“%(label)s” looks at other years, and the rule does not say which input is the year"),
    _("Add “panel: year” with the name of a whole-number input"),
)
STEPS_START = Problem(
    "rule_steps_start",
    _("“%(label)s”: what lies beyond the first or last step has no value"),
    _("Leave the lower bound of the lowest step and the upper bound of the highest open"),
)
STEPS_OVERLAP = Problem(
    "rule_steps_overlap",
    _("The step “%(label)s” overlaps “%(other)s”"),
    _("Let each step begin where the one below ends"),
)
STEPS_APART = Problem(
    "rule_steps_apart",
    _("Between the steps “%(other)s” and “%(label)s” something is left out or counted twice"),
    _("Let each step begin where the one below ends: “below” meets “from”, “up_to” meets “over”"),
)
WEIGHTS = Problem(
    "rule_weights", _("The weights sum to %(value)s %% instead of 100 %%"), _("Correct the weights, bonuses apart")
)
NEEDS_POPULATION = Problem(
    "rule_needs_population",
    _("This rule compares records with one another (rank, share, total, years); one alone cannot be judged"),
    _("Judge the whole population at once: xianxing rules run, or judge_all with a key for each row"),
)
SAME_KEY = Problem(
    "rule_same_key",
    _("“%(value)s” occurs more than once, or has no key"),
    _("Give each row its own key; in a panel, each row of a record its own year"),
)
NOT_IN_FORCE = Problem(
    "rule_not_in_force",
    _("No version of “%(label)s” is in force on %(day)s"),
    _("Name a version, or another day"),
)
