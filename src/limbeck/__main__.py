"""`python -m limbeck` is the command `limbeck`."""

from __future__ import annotations

from limbeck.cli.main import run

if __name__ == "__main__":
    run()
