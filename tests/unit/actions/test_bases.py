"""What `init` makes of an application's files."""

from __future__ import annotations

from pathlib import Path

import pytest

from limbeck.actions.bases import Proposal, propose

BASE = "from sqlalchemy.orm import DeclarativeBase\n\n\nclass Base(DeclarativeBase):\n    pass\n"
MODEL = "from app.db import Base\n\n\nclass Thing(Base):\n    __tablename__ = 'thing'\n"
FLASK = "from flask_sqlalchemy import SQLAlchemy\n\ndb = SQLAlchemy()\n"
HERO = "from sqlmodel import SQLModel\n\n\nclass Hero(SQLModel, table=True):\n    id: int\n"
FLASK_WITH_BASE = (
    "from flask_sqlalchemy import SQLAlchemy\nfrom sqlalchemy.orm import DeclarativeBase\n\n\n"
    "class Base(DeclarativeBase):\n    pass\n\n\ndb = SQLAlchemy(model_class=Base)\n"
)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, None),
        ({"app/db.py": BASE}, Proposal("app.db:Base.metadata")),
        (
            {"app/db.py": BASE, "app/models/a.py": MODEL, "app/models/b.py": MODEL},
            Proposal("app.db:Base.metadata", ("app.models.*",)),
        ),
        (
            {"src/app/db.py": BASE, "src/app/thing.py": MODEL},
            Proposal("app.db:Base.metadata", ("app.thing",), "src"),
        ),
        ({"app/__init__.py": FLASK}, Proposal("app:db.metadata")),
        ({"app/ext.py": FLASK_WITH_BASE}, Proposal("app.ext:db.metadata")),
        ({"hero.py": HERO}, Proposal("sqlmodel:SQLModel.metadata", ("hero",))),
        (
            {"db.py": "import sqlalchemy as sa\n\nmetadata = sa.MetaData()\n"},
            Proposal("db:metadata"),
        ),
        ({"a.py": BASE, "b.py": BASE}, None),
        ({"tests/db.py": BASE, "migrations/env.py": BASE, ".hidden/db.py": BASE}, None),
        ({"app/db.py": BASE + "this is no Python"}, None),
    ],
)
def test_just_one_base_is_proposed(
    tmp_path: Path, files: dict[str, str], expected: Proposal | None
) -> None:
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert propose(tmp_path) == expected


def test_an_environment_is_not_searched(tmp_path: Path) -> None:
    place = tmp_path / "env" / "lib"
    place.mkdir(parents=True)
    (place / "db.py").write_text(BASE)
    (tmp_path / "env" / "pyvenv.cfg").touch()
    assert propose(tmp_path) is None
