"""
The author's own objects, given back to what a server has said about them.

Responsible for finding to which part of a model each part of an answer belongs, so that a revision is written with the
author's types.  Does not know what they are.
"""

from __future__ import annotations

from dataclasses import replace

from limbeck.schema import Column, ForeignKey, Generated, Table, Type
from limbeck.schema.objects import Constraint


def with_origins(answer: Table, model: Table) -> Table:
    """The server's words with the model's origins."""
    columns = {column.name: column for column in model.columns}
    named = {item.name: item for item in model.constraints if item.name is not None}
    indexes = {index.name: index for index in model.indexes}
    return replace(
        answer,
        columns=tuple(
            _column(column, columns[column.name]) if column.name in columns else column
            for column in answer.columns
        ),
        constraints=tuple(
            replace(item, origin=named[item.name].origin)
            if item.name in named and type(named[item.name]) is type(item)
            else item
            for item in map(_elsewhere, answer.constraints)
        ),
        indexes=tuple(
            replace(index, origin=indexes[index.name].origin) if index.name in indexes else index
            for index in answer.indexes
        ),
        origin=model.origin,
    )


def _elsewhere(item: Constraint) -> Constraint:
    """A constraint without what is so only where the answer came from."""
    if isinstance(item, ForeignKey) and item.index is not None:
        return replace(item, index=None)
    return item


def _column(answer: Column, model: Column) -> Column:
    default: Generated | None = answer.default
    if default is not None and model.default is not None and type(default) is type(model.default):
        default = replace(default, origin=model.default.origin)
    return replace(
        answer,
        type=Type(answer.type.sql, model.type.origin),
        default=default,
        origin=model.origin,
    )
