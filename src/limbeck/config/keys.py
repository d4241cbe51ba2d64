"""
Which keys there are, and what may be written for each.

Responsible for turning what a TOML file, the environment or a flag says into the values that Settings holds.
Does not know which of them wins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from limbeck.config.secret import DatabaseUrl
from limbeck.config.settings import NAMINGS, PostWriteHook
from limbeck.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path


class Context(NamedTuple):
    """Where a value was written: `base` is what its relative paths start from, `origin` how to name the place."""

    base: Path
    origin: str


class Key(NamedTuple):
    """One setting: its `name` in files, the `field` of Settings it fills, and how its value is `read`."""

    name: str
    field: str
    read: Callable[[object, Context], object]
    expects: str


class NotAccepted(ValueError):
    """A value has the wrong type or form; the place adds its name to the message."""


def read_value(key: Key, value: object, context: Context) -> object:
    """What Settings holds for `value`.  ConfigError says what was expected, and where."""
    try:
        return key.read(value, context)
    except NotAccepted:
        if context.origin.startswith(("--", "environment ")):  # which names the key already
            where, hint = context.origin, None
        else:
            where = f"{key.name} in {context.origin}"
            hint = f"limbeck config shows what is set, and where; {key.name} is set in {context.origin}"
        raise ConfigError(f"{where} must be {key.expects}", hint=hint) from None


def unknown_keys(given: Iterable[str], origin: str, known: Iterable[str]) -> ConfigError | None:
    """The error for keys that nothing reads, with what was probably meant; None when all are `known`."""
    known = list(known)
    strange = [name for name in given if name not in known]
    if not strange:
        return None
    import difflib

    close = difflib.get_close_matches(strange[0], known, n=1)
    meant = f"; did you mean {close[0]!r}?" if close else ""
    return ConfigError(
        f"unknown key {strange[0]!r} in {origin}{meant}",
        hint=f"rename it to {close[0]!r}" if close else f"known keys: {', '.join(sorted(known))}",
    )


def resolve_path(written: str, base: Path) -> str:
    """An absolute path; `package:path` stays as it is.  A single letter before the colon is a Windows drive."""
    if is_package_path(written):
        return written
    return str(base / written)


def is_package_path(written: str) -> bool:
    """Whether a location is `package:path`."""
    package, colon, _ = written.partition(":")
    return bool(colon) and len(package) > 1 and package.replace(".", "_").isidentifier()


def _text(value: object, context: Context) -> str:
    if not isinstance(value, str) or not value:
        raise NotAccepted
    return value


def _flag(value: object, context: Context) -> bool:
    if not isinstance(value, bool):
        raise NotAccepted
    return value


def _texts(value: object, context: Context) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, (list, tuple)) or not all(isinstance(item, str) for item in value):
        raise NotAccepted
    return tuple(value)


def _path(value: object, context: Context) -> str:
    return resolve_path(_text(value, context), context.base)


def _paths(value: object, context: Context) -> tuple[str, ...]:
    return tuple(resolve_path(item, context.base) for item in _texts(value, context))


def _url(value: object, context: Context) -> DatabaseUrl:
    if isinstance(value, DatabaseUrl):
        return value
    return DatabaseUrl(_text(value, context), base=context.base)


def _journal(value: object, context: Context) -> str | None:
    if isinstance(value, bool):
        return "limbeck_journal" if value else None
    return _text(value, context)


def _seconds(value: object, context: Context) -> float:
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            raise NotAccepted from None
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float))
        or not 0 <= value < float("inf")
    ):
        raise NotAccepted
    return float(value)


def _count(value: object, context: Context) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise NotAccepted
    return value


def _naming(value: object, context: Context) -> str:
    template = NAMINGS.get(value, value) if isinstance(value, str) else value
    return _file_template(template, context)


def _file_template(value: object, context: Context) -> str:
    template = _text(value, context).replace("%%(", "%(")
    if "%(rev)s" not in template:
        raise NotAccepted
    return template


def _texts_by_name(value: object, context: Context) -> Mapping[str, str]:
    if not isinstance(value, Mapping) or not all(isinstance(item, str) for item in value.values()):
        raise NotAccepted
    return dict(value)


def _hooks(value: object, context: Context) -> tuple[PostWriteHook, ...]:
    if not isinstance(value, (list, tuple)):
        raise NotAccepted
    return tuple(_hook(item, context) for item in value)


def _hook(value: object, context: Context) -> PostWriteHook:
    if isinstance(value, PostWriteHook):
        return value
    if not isinstance(value, Mapping):
        raise NotAccepted
    return read_hook({str(name): str(item) for name, item in value.items()}, context.origin)


HOOK_TARGETS = {"console_scripts": "entrypoint", "exec": "executable", "module": "module"}


def read_hook(given: Mapping[str, str], origin: str) -> PostWriteHook:
    """A hook from its keys: `name`, `type`, what the type runs, `options`, `cwd`."""
    name = given.get("name", "")
    kind = given.get("type", "")
    if not name or kind not in HOOK_TARGETS:
        raise ConfigError(
            f"post_write_hooks in {origin}: hook {name or '(without a name)'!r} needs a type,"
            f" one of {', '.join(HOOK_TARGETS)}"
        )
    target = given.get(HOOK_TARGETS[kind], "")
    if not target:
        raise ConfigError(
            f"post_write_hooks in {origin}: hook {name!r} of type {kind} needs a value for {HOOK_TARGETS[kind]!r}"
        )
    return PostWriteHook(name, kind, target, given.get("options", ""), given.get("cwd") or None)


def _types(value: object, context: Context) -> str:
    if value not in ("own", "impl"):
        raise NotAccepted
    return str(value)


def _comparison(value: object, context: Context) -> str:
    if value not in ("limbeck", "alembic"):
        raise NotAccepted
    return str(value)


def _seed(value: object, context: Context) -> str:
    text = _text(value, context)
    return _path(text, context) if text.endswith(".sql") else _callable(text, context)


def _callable(value: object, context: Context) -> str:
    module, colon, name = _text(value, context).partition(":")
    if not (module and colon and name):
        raise NotAccepted
    return f"{module}:{name}"


_TEXT = "a text that is not empty"
_TEXTS = "a text or a list of texts"
_YES_NO = "true or false"
_CALLABLE = 'a text such as "app.migrations:include_object"'
_TEMPLATE = 'a text with %(rev)s in it, such as "%(year)d_%(rev)s_%(slug)s"'

KEYS: tuple[Key, ...] = (
    Key("url", "url", _url, 'a text: an address, "env:NAME", "file:PATH" or "module:callable"'),
    Key("metadata", "metadata", _texts, 'a text such as "app.db:Base.metadata", or a list of them'),
    Key("import", "imports", _texts, 'a module name such as "app.models.*", or a list of them'),
    Key("migrations", "migrations", _path, 'a path, or "package:path"'),
    Key("version_locations", "version_locations", _paths, "a path or a list of paths"),
    Key("recursive_version_locations", "recursive_version_locations", _flag, _YES_NO),
    Key("sourceless", "sourceless", _flag, _YES_NO),
    Key("version_table", "version_table", _text, _TEXT),
    Key("version_table_schema", "version_table_schema", _text, _TEXT),
    Key("schemas", "schemas", _texts, _TEXTS),
    Key("journal", "journal", _journal, "true, false or the name of a table"),
    Key("lock_timeout", "lock_timeout", _seconds, "a number of seconds, 0 or more"),
    Key("transaction_per_migration", "transaction_per_migration", _flag, _YES_NO),
    Key("naming", "file_template", _naming, f'"date", "revision" or {_TEMPLATE}'),
    Key("file_template", "file_template", _file_template, _TEMPLATE),
    Key("truncate_slug_length", "truncate_slug_length", _count, "a whole number above 0"),
    Key("timezone", "timezone", _text, 'the name of a time zone, such as "UTC"'),
    Key("output_encoding", "output_encoding", _text, "the name of an encoding"),
    Key("revision_environment", "revision_environment", _flag, _YES_NO),
    Key("naming_convention", "naming_convention", _texts_by_name, "a table of texts"),
    Key("prepend_sys_path", "prepend_sys_path", _paths, "a path or a list of paths"),
    Key("scratch", "scratch", _url, "an address, as for url"),
    Key("seed", "seed", _seed, 'a SQL file, or a text such as "app.testing:seed"'),
    Key("upstream", "upstream", _text, 'the name of a git branch, such as "origin/develop"'),
    Key(
        "include_tables",
        "include_tables",
        _texts,
        'a pattern such as "billing_*", or a list of them',
    ),
    Key("exclude_tables", "exclude_tables", _texts, 'a pattern such as "tmp_*", or a list of them'),
    Key("include_name", "include_name", _callable, _CALLABLE),
    Key("include_object", "include_object", _callable, _CALLABLE),
    Key("compare_type", "compare_type", _callable, _CALLABLE),
    Key("compare_server_default", "compare_server_default", _callable, _CALLABLE),
    Key("render_item", "render_item", _callable, _CALLABLE),
    Key("process_revision_directives", "process_revision_directives", _callable, _CALLABLE),
    Key("types", "types", _types, '"own" or "impl"'),
    Key("user_module_prefix", "user_module_prefix", _text, _TEXT),
    Key("render_as_batch", "render_as_batch", _flag, _YES_NO),
    Key("comparison", "comparison", _comparison, '"limbeck" or "alembic"'),
    Key("write_empty", "write_empty", _flag, _YES_NO),
    Key("post_write_hooks", "post_write_hooks", _hooks, "a list of tables"),
)

BY_NAME: Mapping[str, Key] = {key.name: key for key in KEYS}
