"""
From operations to the Python of a revision.

Responsible for the text, in the form that Alembic's users know, and for the imports that it needs.  Does not know why
something is to be done, nor where the text goes.
"""

from limbeck.files.render.body import body, lines
from limbeck.files.render.renderer import Renderer, Style, renders

__all__ = ["Renderer", "Style", "body", "lines", "renders"]
