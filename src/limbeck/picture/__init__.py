"""
A history as a picture: Graphviz's language, SVG, Mermaid's language, and a page to look around in.

Responsible for what is drawn and what it looks like.  Graphviz itself decides where things stand.  Does not know databases,
git or scripts: where databases stand and what revisions do is handed in.
"""

from limbeck.picture.dot import dot, svg
from limbeck.picture.mermaid import mermaid
from limbeck.picture.outline import Line, Outline, Spot, Stand, Verdict, outline
from limbeck.picture.page import Applied, Change, Told, page

__all__ = [
    "Applied",
    "Change",
    "Line",
    "Outline",
    "Spot",
    "Stand",
    "Told",
    "Verdict",
    "dot",
    "mermaid",
    "outline",
    "page",
    "svg",
]
