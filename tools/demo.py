"""
`make demo`: the main job in less than a minute, on SQLite, in a folder that you can go on with.

A new project, three revisions, an upgrade; two people who add a revision each to the same parent; the error that
follows, the merge, the history drawn, a downgrade.  Everything that is printed after a `$` is really run.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROGRAMS = Path(sys.executable).parent

BODIES = {
    "create customers": (
        """op.create_table(
        "customers",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(100), nullable=False),
    )""",
        'op.drop_table("customers")',
    ),
    "create orders": (
        """op.create_table(
        "orders",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("customer_id", sa.Integer, sa.ForeignKey("customers.id"), nullable=False),
    )""",
        'op.drop_table("orders")',
    ),
    "index customers by name": (
        'op.create_index("ix_customers_name", "customers", ["name"])',
        'op.drop_index("ix_customers_name", table_name="customers")',
    ),
    "add a phone number": (
        'op.add_column("customers", sa.Column("phone", sa.String(30)))',
        'op.drop_column("customers", "phone")',
    ),
    "add a total": (
        'op.add_column("orders", sa.Column("total", sa.Numeric(10, 2)))',
        'op.drop_column("orders", "total")',
    ),
}


class Demo:
    """A person at a terminal, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._git = shutil.which("git") is not None

    def say(self, text: str) -> None:
        """A remark for whoever watches."""
        print(f"\n\033[1m{text}\033[0m" if sys.stdout.isatty() else f"\n# {text}", flush=True)

    def type(self, command: str, *, fails: bool = False) -> None:
        """Run a command and show it; `fails` is what it should do."""
        print(f"$ {command}", flush=True)
        path = os.pathsep.join([str(PROGRAMS), os.environ["PATH"]])
        run = subprocess.run(
            shlex.split(command),
            cwd=self.folder,
            env=os.environ | {"PATH": path},
            stderr=None if sys.stderr.isatty() else sys.stdout,  # in order, also in a log file
            check=False,
        )
        if (run.returncode != 0) != fails:
            sys.exit(f"the demo went wrong: `{command}` ended with exit code {run.returncode}")

    def git(self, *words: str) -> None:
        """Version control beside the demo, where there is any."""
        who = ["-c", "user.name=Demo", "-c", "user.email=demo@example.org"]
        if self._git:
            subprocess.run(["git", *who, *words], cwd=self.folder, check=True, capture_output=True)

    def revision(self, message: str, *, on: str = "") -> Path:
        """A new revision with its body filled in; `on` is a parent that is no head."""
        before = set(self._files())
        parent = f" --head {on} --splice" if on and not self._git else ""
        self.type(f'limbeck revision -m "{message}"{parent}')
        (file,) = set(self._files()) - before
        up, down = BODIES[message]
        top = file.read_text(encoding="utf-8").partition("def upgrade")[0]
        functions = f"def upgrade() -> None:\n    {up}\n\n\ndef downgrade() -> None:\n    {down}\n"
        file.write_text(top + functions, encoding="utf-8")
        return file

    def _files(self) -> list[Path]:
        return list((self.folder / "migrations" / "versions").glob("*.py"))


def main() -> None:
    """Play it."""
    folder = _free_folder()
    folder.mkdir()
    demo = Demo(folder)

    demo.say("A new project")
    demo.type("limbeck init --url sqlite:///shop.db")

    demo.say("Three revisions, their bodies filled in, and an upgrade")
    for message in list(BODIES)[:2]:
        demo.revision(message)
    last = demo.revision("index customers by name")
    demo.type("limbeck upgrade head")

    demo.say("Ada and Ben start from there; each adds a revision, on a git branch of their own")
    (folder / ".gitignore").write_text("shop.db*\n__pycache__/\n")
    demo.git("init", "--initial-branch", "main")
    demo.git("add", ".")
    demo.git("commit", "-m", "Three revisions")
    _on_branches(demo, re.findall("[0-9a-f]{12}", last.name)[0])

    demo.say(
        "Git merges them without a word; now there are two heads, and `head` does not say which"
    )
    demo.type("limbeck upgrade head", fails=True)

    demo.say("Join them, and go on")
    demo.type('limbeck merge -m "phone numbers and totals"')
    demo.type("limbeck upgrade head")
    demo.type("limbeck history --graph")

    demo.say("And a step back")
    demo.type("limbeck downgrade -1")
    demo.type("limbeck status")
    print(f"\nGo on in {os.path.relpath(folder)}:  cd {os.path.relpath(folder)}", end="")
    print(f" && {PROGRAMS / 'limbeck'} --help")


def _on_branches(demo: Demo, parent: str) -> None:
    demo.git("checkout", "-b", "ada")
    demo.revision("add a phone number")
    demo.git("add", ".")
    demo.git("commit", "-m", "Phone numbers")
    demo.git("checkout", "-b", "ben", "main")
    demo.revision("add a total", on=parent)
    demo.git("add", ".")
    demo.git("commit", "-m", "Totals")
    demo.git("checkout", "main")
    for branch in ("ada", "ben"):
        demo.git("merge", "--no-edit", branch)


def _free_folder() -> Path:
    """`demo-project`, or the next name that is free: nobody's work is overwritten."""
    names = ["demo-project", *(f"demo-project-{number}" for number in range(2, 1000))]
    return next(folder for name in names if not (folder := ROOT / name).exists())


if __name__ == "__main__":
    main()
