"""``python -m xianxing.cli``: the same as the console script."""

from xianxing.cli.main import main

main()
