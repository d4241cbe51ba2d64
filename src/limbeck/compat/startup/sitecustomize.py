"""
What Python imports first in a process that `limbeck run` has started.

Responsible for installing the alias there, and for the `sitecustomize` that would have been imported without this one.
"""

import importlib.machinery
import importlib.util
import os
import sys

_HERE = os.path.dirname(os.path.abspath(__file__))


def _import_the_other() -> None:
    others = [path for path in sys.path if os.path.abspath(path) != _HERE]
    spec = importlib.machinery.PathFinder.find_spec("sitecustomize", others)
    if spec is not None and spec.loader is not None:
        module = importlib.util.module_from_spec(spec)
        sys.modules["sitecustomize"] = module
        spec.loader.exec_module(module)


if os.environ.get("LIMBECK_COMPAT"):
    try:
        from limbeck.compat.alias import install
    except ModuleNotFoundError:
        pass  # a Python that has no limbeck, started by a program that has
    else:
        install()
_import_the_other()
