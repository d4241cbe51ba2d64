"""`limbeck guard forecast`: which open branches collide, and an order to merge them in."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest

from limbeck.actions.alike import first_target
from limbeck.actions.conflicts import judged
from limbeck.actions.guard.collisions import Trunk
from limbeck.actions.guard.forecast import forecast
from limbeck.actions.guard.foreseen import Foreseen
from limbeck.actions.guard.joined import ReadFolder
from limbeck.actions.guard.open_branches import Collision, Open
from limbeck.cli.commands.guard_forecast import document, text
from limbeck.cli.schemas import schema
from limbeck.errors import UnknownRef
from limbeck.files.held import held
from limbeck.vcs import Ref
from tests.pairs.conflicts.pairs import PAIRS, Pair, said
from tests.unit.cli.conftest import Terminal
from tests.unmerged.branching import Shop, column

if TYPE_CHECKING:
    from limbeck.actions.guard.forecast import Forecast
    from limbeck.files.held import Held


def kinds(found: Forecast) -> dict[tuple[str, str], tuple[str, ...]]:
    return {
        (one.left, one.right): (*one.kinds, one.judged.verdict if one.judged else "")
        for one in found.collisions
    }


def test_branches_that_collide(shop: Shop) -> None:
    shop.pushed("ann", "b1", up=column("email"))
    shop.pushed("ben", "b2", up=column("email"))
    shop.pushed("cem", "b3", up=column("phone"))
    found = forecast(shop.project)
    assert kinds(found) == {
        ("origin/ann", "origin/ben"): ("heads", "same intent twice"),
        ("origin/ann", "origin/cem"): ("heads", "disjoint"),
        ("origin/ben", "origin/cem"): ("heads", "disjoint"),
    }
    assert [place.name for place in found.order] == ["origin/cem", "origin/ann", "origin/ben"]
    assert [one.grave for one in found.collisions] == [True, False, False]


def test_one_file_that_both_bring(shop: Shop) -> None:
    shop.pushed("ann", "b1", up=column("email"))
    shop.pushed("ben", "b1", up=column("phone"))
    found = forecast(shop.project)
    assert kinds(found) == {("origin/ann", "origin/ben"): ("same file", "")}
    assert found.collisions[0].about == ("app/migrations/versions/b1.py",)


def test_the_same_id_in_two_files(shop: Shop) -> None:
    for name in ("ann", "ben"):
        shop.branch(name)
        shop.put("b1", "a1", name=f"b1_{name}.py")
        shop.commit("b1")
        shop.git("push", "--quiet", "origin", name)
        shop.git("checkout", "--quiet", "main")
    found = forecast(shop.project)
    assert kinds(found) == {("origin/ann", "origin/ben"): ("same id", "")}
    assert found.collisions[0].about == ("b1",)


def test_a_branch_on_top_of_another_one_is_no_collision(shop: Shop) -> None:
    shop.pushed("ann", "b1", up=column("email"))
    shop.pushed("ben", "c1", "b1", start="ann")
    found = forecast(shop.project)
    assert [branch.ids for branch in found.branches] == [("b1",), ("b1", "c1")]
    assert found.collisions == ()


def test_edits_of_one_file(shop: Shop) -> None:
    shop.pushed("ann", "a1", None, up=column("email"))  # type: ignore[arg-type]
    shop.pushed("ben", "a1", None, up=column("phone"))  # type: ignore[arg-type]
    found = forecast(shop.project)
    assert kinds(found) == {("origin/ann", "origin/ben"): ("same file", "")}


def test_the_one_that_must_come_first(shop: Shop) -> None:
    shop.others("n1", "a1", column("name"))
    shop.pushed("ann", "b1", "n1", 'op.drop_column("users", "name")')
    shop.pushed("ben", "b2", "n1", 'op.execute("UPDATE users SET name = upper(name)")')
    found = forecast(shop.project)
    (one,) = found.collisions
    assert one.judged is not None
    assert (one.judged.verdict, one.judged.first) == ("ordered", "origin/ben")
    assert [place.name for place in found.order] == ["origin/ben", "origin/ann"]
    assert found.order[1].why == "must come after origin/ben"


def test_a_branch_that_the_main_one_has_left_behind(shop: Shop) -> None:
    shop.pushed("ann", "b1")
    shop.others("c1")
    found = forecast(shop.project)
    (branch,) = found.branches
    assert branch.behind == ("c1",)
    assert with_main(found) == {"origin/ann": ("heads", "disjoint")}
    assert found.order[0].why == "rebase or merge: origin/main has gone on"


def with_main(found: Forecast) -> dict[str, tuple[str, ...]]:
    return {
        one.name: (*one.main.kinds, one.main.judged.verdict if one.main.judged else "")
        for one in found.branches
        if one.main
    }


def test_each_branch_and_the_main_one(shop: Shop) -> None:
    shop.pushed("ann", "b1", up=column("email"))
    shop.pushed("ben", "b2", up=column("email"))
    shop.pushed("cem", "b3", up=column("phone"))
    shop.pushed("dan", "a1", None, up=column("fax"))  # type: ignore[arg-type]
    shop.pushed("eva", "c1", up=column("name"))
    shop.others("c1", "a1", column("email"))
    found = forecast(shop.project)
    assert with_main(found) == {
        "origin/ann": ("heads", "same intent twice"),
        "origin/ben": ("heads", "same intent twice"),
        "origin/cem": ("heads", "disjoint"),
        "origin/dan": ("edited", ""),
        "origin/eva": ("same file", ""),
    }
    # Two that do not fit the main branch any more are compared on what both were written for.
    assert kinds(found)["origin/ann", "origin/ben"] == ("heads", "same intent twice")
    assert found.order[0].name == "origin/cem"
    assert found.order[1].why.endswith("it is at odds with origin/main")
    (clash,) = [one.main.judged.why for one in found.branches if one.name == "origin/ann" and one.main and one.main.judged]  # fmt: skip
    assert "origin/ann:app/migrations/versions/b1.py:14, origin/main:app" in clash[0]


def test_what_must_run_before_the_main_branch(shop: Shop) -> None:
    shop.others("n1", "a1", column("name"))
    shop.pushed("ann", "b1", "n1", 'op.execute("UPDATE users SET name = upper(name)")')
    shop.others("n2", "n1", 'op.drop_column("users", "name")')
    found = forecast(shop.project)
    assert with_main(found) == {"origin/ann": ("heads", "ordered")}
    assert found.order[0].why == "merge: it must run before what origin/main has more"


def test_a_branch_that_is_long_behind(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.pushed("ann", "b1", up=column("email"))
    shop.others("c1", "a1", column("email"))
    monkeypatch.setattr("limbeck.actions.guard.foreseen.MOST_REVISIONS", 0)
    (branch,) = forecast(shop.project).branches
    assert branch.main is not None
    assert branch.main.judged is None
    assert branch.main.unjudged == "origin/main has 1 revisions more"


def test_several_kinds_of_databases(shop: Shop) -> None:
    """The gravest verdict counts, and says where."""
    only = f"if op.get_bind().dialect.name == 'postgresql':\n        {column('email')}"
    shop.pushed("ann", "b1", up=only)
    shop.pushed("ben", "b2", up=column("email"))
    (shop.root / "app" / "limbeck.toml").write_text(
        '[databases.one]\nurl = "sqlite://"\n[databases.two]\nurl = "postgresql+psycopg://nowhere/x"\n'
    )
    found = forecast(shop.project)
    (one,) = found.collisions
    assert one.judged is not None
    assert (one.judged.verdict, one.judged.where) == ("same intent twice", "postgresql: two")
    assert "what they do: same intent twice (on postgresql: two)" in "\n".join(text(found))


def test_many_that_do_not_fit_the_main_branch(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.pushed("ann", "b1", up=column("email"))
    shop.pushed("ben", "b2", up=column("email"))
    shop.pushed("cem", "b3", up='op.create_table("z", sa.Column("id", sa.Integer))')
    shop.others("c1", "a1", column("email"))
    monkeypatch.setattr("limbeck.actions.guard.foreseen._MOST_APART", 0)
    found = {(one.left[-3:], one.right[-3:]): one for one in forecast(shop.project).collisions}
    assert found["ann", "ben"].judged is None
    assert found["ann", "ben"].unjudged == "they do not fit what the main branch has by now"
    # What has no name in common is known without the older schema.
    for pair in (("ann", "cem"), ("ben", "cem")):
        judged = found[pair].judged
        assert judged is not None
        assert judged.verdict == "disjoint"


def test_a_history_of_many_revisions(shop: Shop) -> None:
    """So many that only those are replayed whose files name what the branches are about."""
    last = "a1"
    for number in range(60):
        up = f'op.create_table("t{number}", sa.Column("id", sa.Integer, primary_key=True))'
        shop.put(f"m{number}", last, up)
        last = f"m{number}"
    shop.commit("Many")
    shop.git("push", "--quiet", "origin", "main")
    shop.pushed("ann", "b1", last, column("size", "t7"))
    shop.pushed("ben", "b2", last, 'op.drop_table("t9")')
    shop.others("c1", last, 'op.rename_table("t7", "renamed")')
    shop.others("c2", "c1", column("size", "renamed"))
    shop.others("c3", "c2", column("size", "t8"))
    assert with_main(forecast(shop.project)) == {
        "origin/ann": ("heads", "conflict"),
        "origin/ben": ("heads", "disjoint"),
    }


def test_a_branch_that_cannot_be_read_takes_part_in_nothing(shop: Shop) -> None:
    shop.pushed("ann", "b1")
    shop.branch("ben")
    (shop.versions / "b2.py").write_text("def broken(:\n")
    shop.commit("Broken")
    shop.git("push", "--quiet", "origin", "ben")
    found = forecast(shop.project)
    assert [(one.name, bool(one.problem)) for one in found.branches] == [
        ("origin/ann", False),
        ("origin/ben", True),
    ]
    assert [place.name for place in found.order] == ["origin/ann"]
    lines = list(text(found))
    assert lines[4].split() == ["-", "origin/ben", "0", "revisions", "Ann", "Ärz", "no", "history", "cannot", "be", "merged"]  # fmt: skip
    assert (
        lines[6] == "origin/ben: origin/ben:app/migrations/versions/b2.py, line 1: invalid syntax"
    )


def test_nothing_can_be_read(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(shop.root / "app")
    shop.branch("ben")
    (shop.versions / "b2.py").write_text("def broken(:\n")
    shop.commit("Broken")
    shop.git("push", "--quiet", "origin", "ben")
    shop.git("checkout", "--quiet", "main")
    found = forecast(shop.project)
    assert [line.split()[:2] for line in text(found)][3] == ["-", "origin/ben"]
    assert document(found)["order"] == []
    ended = Terminal(shop.root / "app", capsys)("guard", "forecast", "--html", "page.html")
    assert ended.code == 0, ended.err
    page = (shop.root / "app" / "page.html").read_text(encoding="utf-8")
    assert "<td>cannot be merged</td>" in page
    assert "invalid syntax" in page


def test_labels_of_their_own_and_one_that_both_give(shop: Shop) -> None:
    for name, id, label in (("ann", "b1", "one"), ("ben", "b2", "two"), ("cem", "b3", "two")):
        shop.branch(name)
        shop.put(id, None, labels=label)
        shop.commit(id)
        shop.git("push", "--quiet", "origin", name)
        shop.git("checkout", "--quiet", "main")
    found = forecast(shop.project)
    assert [(one.left, one.right, one.kinds[0]) for one in found.collisions] == [
        ("origin/ben", "origin/cem", "same label")
    ]


def test_which_branches(shop: Shop) -> None:
    shop.pushed("feature/ann", "b1")
    shop.pushed("ben", "b2")
    shop.git("branch", "--quiet", "nothing-new", "main")
    assert [one.name for one in forecast(shop.project).branches] == ["origin/ben", "origin/feature/ann"]  # fmt: skip
    assert [one.name for one in forecast(shop.project, ["origin/feature/*"]).branches] == ["origin/feature/ann"]  # fmt: skip
    assert [one.name for one in forecast(shop.project, ["b*"]).branches] == ["ben"]
    with pytest.raises(UnknownRef):
        forecast(shop.project, ["nobody/*"])


def test_what_cannot_be_forecast_leaves_no_page(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.pushed("ann", "b1")
    shop.branch("broken")
    (shop.versions / "x.py").write_text("<<<<<<< HEAD\n=======\n>>>>>>> main\n")
    shop.commit("Broken")
    shop.branch("none", "main")
    shop.put("c1", "gone")
    shop.commit("No history")
    monkeypatch.chdir(shop.root / "app")
    typed = Terminal(shop.root / "app", capsys)
    page = ("--html", "page.html")
    for against, code, why in (
        ("nobody", 2, "git knows no branch or commit called 'nobody'"),
        ("broken", 4, "broken:app/migrations/versions/x.py"),
        ("none", 4, "gone"),
    ):
        ended = typed("guard", "forecast", "--against", against, *page)
        assert (ended.code, why in ended.err) == (code, True), ended.err
        assert "hint: " in ended.err
    monkeypatch.setenv("GIT_DIR", str(shop.root / "nowhere"))
    ended = typed("guard", "forecast", *page)
    assert (ended.code, "is in no git repository" in ended.err) == (2, True)
    assert not (shop.root / "app" / "page.html").exists()


def test_for_programs(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.pushed("ann", "b1", up=column("email"))
    shop.others("c1", "a1", column("email"))
    monkeypatch.chdir(shop.root / "app")
    found = json.loads(Terminal(shop.root / "app", capsys)("guard", "forecast", "--json").out)
    jsonschema.validate(found, schema("guard forecast"))
    (branch,) = found["branches"]
    assert branch["main"]["verdict"] == "same intent twice"
    assert branch["main"]["grave"]
    assert found["order"] == [
        {
            "branch": "origin/ann",
            "why": "somebody has to change something: it is at odds with origin/main",
        }
    ]


def test_a_page_that_needs_nothing_else(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.pushed("ann", "b1", up=column("email"))
    shop.pushed("b&n<script>", "b2", up=column("email"))
    monkeypatch.chdir(shop.root / "app")
    ended = Terminal(shop.root / "app", capsys)("guard", "forecast", "--html", "page.html")
    assert ended.code == 0
    page = (shop.root / "app" / "page.html").read_text(encoding="utf-8")
    assert "origin/b&amp;n&lt;script&gt;" in page
    assert "<script" not in page
    assert re.findall(r'(?:src|href)="', page) == []
    assert "same intent twice" in page


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_what_is_read_is_what_is_executed_or_unknown(pair: Pair, tmp_path: Path) -> None:
    """The verdict on files that are only read, by themselves and among many branches."""
    dialect = {"postgresql": "postgresql+psycopg", "mariadb": "mariadb+pymysql"}.get(pair.kind)
    project = pair.project(tmp_path, f"{dialect}://nowhere/x" if dialect else "sqlite://")
    files = {
        id: held(f"{id}.py", f"{id}.py", project.library.path(id).read_bytes())
        for id in project.history
    }
    folder = ReadFolder(files.values(), project.library, _content, project.history)
    target = first_target(project)
    read = judged(project._replace(library=folder), target, "left", "right").verdict.kind.value
    assert read in {said(project), "unknown"}
    ref = Ref("", "", "", "")
    branches = {id: Open(ref, {id: files[id]}, {}, {id: ()}) for id in ("left", "right")}
    trunk = project.history.without("left", "right")
    foreseen = Foreseen(
        project,
        target,
        _content,
        Trunk("main", {"ancestor.py": files["ancestor"]}, trunk),
        branches,
    )
    (among,) = foreseen.judged([Collision("left", "right", ("heads",), ())]).values()
    assert among.judged is not None
    assert among.judged.verdict == read


def test_most_of_what_can_be_executed_can_be_read(tmp_path: Path) -> None:
    pairs = [pair for pair in PAIRS if pair.kind == "sqlite" and pair.says != "unknown"]
    unread = []
    for number, pair in enumerate(pairs):
        project = pair.project(tmp_path / str(number), "sqlite://")
        files = [held(f"{id}.py", id, project.library.path(id).read_bytes()) for id in project.history]  # fmt: skip
        folder = ReadFolder(files, project.library, _content, project.history)
        found = judged(project._replace(library=folder), first_target(project), "left", "right")
        if found.verdict.kind.value != pair.says:
            unread.append(str(pair))
    assert len(unread) < len(pairs) / 20, unread


def _content(one: Held) -> bytes:
    assert one.content is not None
    return one.content
