"""
Operations as the SQL that they come to.

Responsible for what a file says where no function of `op` may be called that only limbeck has.  Does not know when that
is so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.files.render.renderer import call

if TYPE_CHECKING:
    from limbeck.files.render.renderer import Renderer
    from limbeck.operations import Operation


def as_sql(operation: Operation, renderer: Renderer) -> list[str]:
    """The operation as statements, which any tool can execute."""
    from limbeck.database.compile import Compiler

    statements = Compiler(renderer.dialect, literal=True).statements(operation)
    return [call(f"{renderer.style.op}execute", [repr(one.text)]) for one in statements]
