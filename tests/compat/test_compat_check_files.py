"""`limbeck compat check` where env.py writes the text of --sql elsewhere, as those of several databases do."""

from __future__ import annotations

from pathlib import Path

from tests.compat.projects import ENV, start
from tests.compat.test_compat_check import checked, details, verdicts


def test_a_text_that_is_not_printed_is_not_said_to_be_the_same(
    tmp_path: Path, sqlite_url: str
) -> None:
    project = start(tmp_path, sqlite_url)
    project.env(
        "import io\n"
        + ENV.replace("literal_binds=True", "literal_binds=True, output_buffer=io.StringIO()")
    )
    document = checked(project, 13)
    assert verdicts(document)["upgrade heads --sql"] == "not compared"
    assert "env.py writes the text elsewhere" in details(document, "upgrade heads --sql")
    assert verdicts(document)["upgrade heads"] == "same"
