"""Plain SQL revisions on real servers: what is split and sent is what the server's own client would send."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from limbeck import Migrator

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "-- everything that is hard to split\n-- revision: aaa\n\n-- limbeck: up\n"
EVERYWHERE = """
CREATE TABLE note (id INTEGER PRIMARY KEY, text VARCHAR(100) DEFAULT 'a;b');  -- a comment; with a semicolon
/* another; one */
INSERT INTO note (id, text) VALUES (1, 'it''s 100% :sure; %s %(x)s');
INSERT INTO note (id, text) VALUES (2, '-- no comment'), (3, '/* none */');
"""
POSTGRESQL = """
-- limbeck: up postgresql
CREATE FUNCTION twice(x int) RETURNS int LANGUAGE plpgsql AS $body$
BEGIN
  -- a quote that ' never ends;
  RETURN x * 2;
END $body$;
CREATE FUNCTION half(x int) RETURNS int LANGUAGE sql
BEGIN ATOMIC
  SELECT CASE WHEN x > 1 THEN x / 2 ELSE 0 END;
END;
DO $$ BEGIN UPDATE note SET text = E'it\\'s; ' || half(twice(4))::text WHERE id = 2; END $$;
"""
MARIADB = r"""
-- limbeck: up mariadb
DELIMITER //
CREATE PROCEDURE rename_it(IN new TEXT)
BEGIN
  UPDATE note SET text = new WHERE id = 2; # why; not
END //
DELIMITER ;
CREATE TRIGGER note_up BEFORE INSERT ON note FOR EACH ROW
BEGIN
  IF NEW.text IS NULL THEN SET NEW.text = 'none;'; END IF;
END;
CALL rename_it('it\'s; 4');
INSERT INTO `note` (id, text) VALUES (4, NULL);
"""
SQLITE = """
-- limbeck: up sqlite
CREATE TRIGGER note_up AFTER INSERT ON note BEGIN
  UPDATE note SET text = CASE WHEN new.text IS NULL THEN 'none;' ELSE new.text END
  WHERE id = new.id;
END;
UPDATE note SET text = 'it''s; 4' WHERE id = 2;
INSERT INTO [note] (id, text) VALUES (4, NULL);
"""
DOWN = """
-- limbeck: down
DROP TABLE note;
-- limbeck: down postgresql
DROP FUNCTION twice; DROP FUNCTION half;
-- limbeck: down mysql
DROP PROCEDURE rename_it;
"""


def test_it_runs_up_and_down(database_url: str, tmp_path: Path) -> None:
    versions = tmp_path / "versions"
    versions.mkdir()
    (versions / "a.sql").write_text(HEAD + EVERYWHERE + POSTGRESQL + MARIADB + SQLITE + DOWN)
    migrator = Migrator(database_url, migrations=tmp_path)
    assert migrator.upgrade().heads == {"aaa"}
    engine = sa.create_engine(database_url)
    with engine.connect() as connection:
        rows = {row.id: row.text for row in connection.execute(sa.text("SELECT * FROM note"))}
    assert rows[1] == "it's 100% :sure; %s %(x)s"
    assert rows[2] == "it's; 4"
    assert rows[3] == "/* none */"
    assert rows.get(4) == (None if engine.dialect.name == "postgresql" else "none;")
    assert migrator.downgrade("base").heads == set()
    assert "note" not in sa.inspect(engine).get_table_names()
    engine.dispose()


def test_written_down_it_is_the_same(database_url: str, tmp_path: Path) -> None:
    """What `--sql` would hand to the server's client has every statement whole."""
    import io

    from limbeck.actions.upgrade import write_upgrade
    from limbeck.config import DatabaseUrl, Settings
    from limbeck.project import Project

    versions = tmp_path / "versions"
    versions.mkdir()
    (versions / "a.sql").write_text(HEAD + EVERYWHERE)
    settings = Settings(tmp_path, migrations=str(tmp_path), url=DatabaseUrl(database_url))
    out = io.StringIO()
    write_upgrade(Project.open(settings), "head", out)
    assert "INSERT INTO note (id, text) VALUES (1, 'it''s 100% :sure; %s %(x)s');" in out.getvalue()
    assert "VALUES (2, '-- no comment'), (3, '/* none */');" in out.getvalue()
