"""What boards ask beside the returns is among the facts of an enterprise that any rule may ask for."""

from xianxing.rules.sources import beside

beside("enterprise", "listing-fact")
