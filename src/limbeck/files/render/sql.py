"""
SQL within Python.

Responsible for expressions that mean on the server what they meant before.  Does not know what they are for.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from limbeck.database import convert

if TYPE_CHECKING:
    from limbeck.files.render.renderer import Renderer

# What `sqlalchemy.text` would take for a parameter.
_PARAMETER = re.compile(r"(?<![:\w\\]):(?=\w)")


def sql_text(given: object, renderer: Renderer) -> str:
    """`sa.text('…')` for SQL text or an expression, so that no colon in it begins a parameter."""
    sql = convert.sql(given, renderer.dialect)
    return f"{renderer.style.sqlalchemy}text({_PARAMETER.sub(chr(92) + ':', sql)!r})"
