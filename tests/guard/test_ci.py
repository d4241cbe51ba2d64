"""The steps for CI that `limbeck guard install --ci` writes: well-formed, and run as CI runs them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from ruamel.yaml import YAML

from limbeck.actions.guard.ci import step

if TYPE_CHECKING:
    from tests.guard.conftest import Checkout

SCHEMAS = {"github": "vendor.github-workflows", "gitlab": "vendor.gitlab-ci"}
CONFIGS = ("limbeck.toml", "app/limbeck.toml", "a b/$HOME: #x/limbeck.toml")


@pytest.mark.parametrize("kind", SCHEMAS)
@pytest.mark.parametrize("config", CONFIGS)
def test_a_step_is_what_its_schema_says(kind: str, config: str, tmp_path: Path) -> None:
    file = tmp_path / "step.yml"
    file.write_text(step(kind, config))
    assert _check(SCHEMAS[kind], file) == 0
    file.write_text(
        step(kind, config).replace("  rules:", "  rulez:").replace("runs-on", "runs_on")
    )
    assert _check(SCHEMAS[kind], file) == 1


def _check(schema: str, file: Path) -> int:
    words = ["--builtin-schema", schema, str(file)]
    command = [sys.executable, "-m", "check_jsonschema", *words]
    return subprocess.run(command, check=False, capture_output=True).returncode


# As CI does it: what a service gives is played by variables and by how it clones, the lines are those of the file.


def _lines(kind: str, config: str = "app/limbeck.toml") -> str:
    """What the step runs, as a shell script; limbeck is there already."""
    text = step(kind, config)
    if kind == "plain":
        return text
    read = YAML(typ="safe").load(text)
    if kind == "github":
        lines = [one["run"] for one in read["jobs"]["guard"]["steps"] if "run" in one]
    else:
        lines = read["limbeck-guard"]["script"]
    return "\n".join(["set -e", *(line for line in lines if line != "pip install limbeck")])


def _in_ci(place: Path, script: str, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    folder = str(Path(variables["LIMBECK"]).parent)
    return subprocess.run(
        ["sh", "-c", script],
        cwd=place,
        env={**variables, "PATH": f"{folder}{os.pathsep}{variables['PATH']}", "CI": "true"},
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(("column", "code"), [("note", 6), ("phone", 14)])
def test_github(shop: Checkout, tmp_path: Path, column: str, code: int) -> None:
    """actions/checkout with `ref` and `fetch-depth: 0`: all branches of origin, HEAD detached, no origin/HEAD."""
    place = _fetched(shop, tmp_path, column)
    place.git("fetch", "--quiet", "origin", "+refs/heads/*:refs/remotes/origin/*")
    place.git("checkout", "--quiet", "--detach", shop.git("rev-parse", "ada"))
    done = _in_ci(place.root, _lines("github"), {**place.variables, "GITHUB_BASE_REF": "main"})
    assert done.returncode == code, done.stderr
    assert "Against   origin/main" in done.stdout
    assert "parted at" in done.stdout


@pytest.mark.parametrize(("column", "code"), [("note", 6), ("phone", 14)])
def test_gitlab(shop: Checkout, tmp_path: Path, column: str, code: int) -> None:
    """GitLab's runner with GIT_DEPTH 0: the one commit is fetched under a ref of its own, HEAD is detached, there are no branches."""
    place = _fetched(shop, tmp_path, column)
    place.git("fetch", "--quiet", "origin", "+refs/heads/ada:refs/pipelines/1")
    place.git("checkout", "--quiet", "--force", "--detach", "refs/pipelines/1")
    variables = {**place.variables, "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"}
    done = _in_ci(place.root, _lines("gitlab"), variables)
    assert done.returncode == code, done.stderr
    assert "parted at" in done.stdout


def test_plain(shop: Checkout, tmp_path: Path) -> None:
    """A clone of one branch, shallow and detached."""
    place = _fetched(shop, tmp_path, "phone")
    place.git("fetch", "--quiet", "--depth", "1", "origin", "ada")
    place.git("checkout", "--quiet", "--detach", "FETCH_HEAD")
    done = _in_ci(place.root, _lines("plain"), place.variables)
    assert done.returncode == 14, done.stderr
    assert "only the newest commits are here" in done.stdout
    place.git("fetch", "--quiet", "--unshallow", "origin")
    done = _in_ci(place.root, _lines("plain"), place.variables)
    assert done.returncode == 14
    assert "no-common-commit" not in done.stdout
    done = _in_ci(place.root, _lines("plain").replace(":-main", ":-nobody"), place.variables)
    assert done.returncode not in {0, 14}


@pytest.mark.parametrize("kind", ["github", "gitlab", "plain"])
def test_a_folder_of_any_name(kind: str) -> None:
    lines = _lines(kind, CONFIGS[-1])
    assert "limbeck guard check -c 'a b/$HOME: #x/limbeck.toml' --against" in lines
    done = subprocess.run(["sh", "-n", "-c", lines], check=False)
    assert done.returncode == 0


def test_one_head(shop: Checkout, tmp_path: Path) -> None:
    shop.git("checkout", "--quiet", "-b", "ada")
    shop.add_column("b1", "a1", "note")
    place = _clone(shop, tmp_path)
    place.git("fetch", "--quiet", "origin", "ada")
    place.git("checkout", "--quiet", "--detach", "FETCH_HEAD")
    done = _in_ci(place.root, _lines("plain"), place.variables)
    assert done.returncode == 0, done.stdout + done.stderr


def _fetched(shop: Checkout, tmp_path: Path, column: str) -> Checkout:
    """A fork on the server, and an empty clone of it."""
    shop.git("checkout", "--quiet", "-b", "ada")
    shop.add_column("b1", "a1", column)
    shop.git("checkout", "--quiet", "main")
    shop.add_column("c1", "a1", "phone")
    return _clone(shop, tmp_path)


def _clone(shop: Checkout, tmp_path: Path) -> Checkout:
    place = type(shop)(tmp_path / "builds", shop.variables)
    place.root.mkdir()
    place.git("init", "--quiet")
    place.git("remote", "add", "origin", shop.root.as_uri())
    return place


def test_the_hook_for_pre_commit(shop: Checkout) -> None:
    """What `.pre-commit-hooks.yaml` names is there, and is what git's own hook calls."""
    file = Path(__file__).parents[2] / ".pre-commit-hooks.yaml"
    (hook,) = YAML(typ="safe").load(file.read_text())
    assert hook["always_run"]
    assert not hook["pass_filenames"]
    shop.add("b1", "a1", "pass", commit=False)
    shop.git("add", "app/migrations/versions")
    done = _in_ci(shop.root, hook["entry"], shop.variables)
    assert done.returncode == 1
    assert "says a1; the revisions that are added lead to b1" in done.stderr
    shop.git("add", "--all")
    done = _in_ci(shop.root, hook["entry"], shop.variables)
    assert done.returncode == 0, done.stderr
