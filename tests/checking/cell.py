"""Run a source text as Jupyter runs a cell: its lines can be shown, though there is no file."""

import itertools
import linecache
from textwrap import dedent
from typing import Any

import torch
from torch import nn

_NUMBERS = itertools.count(1)


def run_cell(source: str, space: dict[str, Any] | None = None) -> dict[str, Any]:
    """Run `source` after a notebook's imports, in `space` if one is given; give the names that are defined then."""
    source = dedent(source).lstrip("\n")
    name = f"/tmp/ipykernel_1/cell_{next(_NUMBERS)}.py"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    space = {} if space is None else space
    space |= {"t": torch, "nn": nn, "__name__": "__main__"}
    exec(compile(source, name, "exec"), space)
    return space
