"""
`alembic` is another package here, but for `alembic.testing`, which is the suite's own.

A name that the package lacks becomes an object that fails only the tests that use it, so that every file is collected.
Settings come from the environment: STAND_IN, the package; SUITE_ROOT, the unpacked source distribution.
"""

import builtins
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys
import types

_PACKAGE = os.environ.get("STAND_IN", "")
_SUITE = os.environ.get("SUITE_ROOT", "")


class Missing:
    """Stands in for a name that is not there: any use fails the test that uses it."""

    def __init__(self, path):
        self.__dict__["_path"] = path

    def _fail(self, how):
        raise NotImplementedError(f"{self._path} is not provided by {_PACKAGE} ({how})")

    def __call__(self, *arguments, **keywords):
        self._fail("call")

    def __getattr__(self, name):
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        self._fail(f"attribute {name}")

    def __iter__(self):
        self._fail("iteration")

    def __mro_entries__(self, bases):
        """A class with this base can be defined; making an instance fails."""
        path = self._path

        class Base:
            def __init_subclass__(cls, **keywords):
                pass

            def __new__(cls, *arguments, **keywords):
                Missing(path)._fail("instance")

        return (Base,)


def _missing_from(module):
    def __getattr__(name):
        if name.startswith(("__", "_mock_")) or hasattr(builtins, name):
            raise AttributeError(name)
        path = f"{module}.{name}"
        try:
            if importlib.util.find_spec(_real(path)) is not None:
                return importlib.import_module(path)
        except ModuleNotFoundError:
            pass
        return Missing(path)

    return __getattr__


def _real(path):
    return _PACKAGE + path[len("alembic") :]


def _is_theirs(name):
    return name == "alembic.testing" or name.startswith("alembic.testing.")


class _Loader(importlib.abc.Loader):
    def __init__(self, module, spec):
        self._module, self._spec = module, spec

    def create_module(self, spec):
        return self._module

    def exec_module(self, module):
        module.__spec__ = self._spec  # the import system has overwritten it


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name != "alembic" and not name.startswith("alembic."):
            return None
        if _is_theirs(name):
            return _from_suite(name)
        module = _stand_in(name)
        is_package = hasattr(module, "__path__")
        return importlib.machinery.ModuleSpec(
            name, _Loader(module, module.__spec__), is_package=is_package
        )


def _from_suite(name):
    base = os.path.join(_SUITE, *name.split("."))
    if os.path.isdir(base):
        return importlib.util.spec_from_file_location(
            name, os.path.join(base, "__init__.py"), submodule_search_locations=[base]
        )
    return importlib.util.spec_from_file_location(name, base + ".py")


def _stand_in(name):
    try:
        module = importlib.import_module(_real(name))
    except ModuleNotFoundError as error:
        if error.name != _real(name):
            raise
        module = types.ModuleType(name)
        module.__path__ = []
    if getattr(module, "_suite_asks", None) is None and type(module) is types.ModuleType:
        own = module.__dict__.get("__getattr__")
        module._suite_asks = True
        module.__getattr__ = _first(own, _missing_from(name))
    return module


def _first(own, otherwise):
    def __getattr__(name):
        if own is not None:
            try:
                return own(name)
            except (AttributeError, ModuleNotFoundError):
                pass
        return otherwise(name)

    return __getattr__


def install():
    """Find `alembic` this way from here on."""
    if _PACKAGE and not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
