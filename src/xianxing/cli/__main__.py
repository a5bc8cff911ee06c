"""``python -m xianxing.cli``: the same as the console script."""

from xianxing.cli.main import main

if __name__ == "__main__":  # a worker of the server loads this module again
    main()
