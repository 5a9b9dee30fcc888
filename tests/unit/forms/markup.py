"""Rendering the macros alone, and markup as a tree that white space and the order of attributes do not change."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import html5lib
from jinja2 import Environment, FileSystemLoader, StrictUndefined

ROOT = Path(__file__).resolve().parents[3]
ENVIRONMENT = Environment(
    loader=FileSystemLoader(ROOT / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)
ENVIRONMENT.globals["_"] = str

Tree = tuple[str, dict[str, str], str, tuple[Any, ...], str]


def macro(file: str, name: str) -> Any:
    """A macro by file and name, as templates import it."""
    return getattr(ENVIRONMENT.get_template(f"components/{file}.html").module, name)


def call_block(file: str, name: str, block: str, **arguments: Any) -> str:
    """A macro used with `call`; `block` is trusted markup."""
    source = (
        f'{{% from "components/{file}.html" import {name} %}}{{% call {name}(**arguments) %}}{block}{{% endcall %}}'
    )
    return ENVIRONMENT.from_string(source).render(arguments=arguments)


def tree(html: str) -> tuple[Tree, ...]:
    fragment = html5lib.parseFragment(str(html), treebuilder="etree", namespaceHTMLElements=False)
    return tuple(_node(child) for child in fragment)


def _node(element: ElementTree.Element) -> Tree:
    attributes = {key: " ".join(value.split()) for key, value in sorted(element.attrib.items())}
    return (
        str(element.tag),
        attributes,
        " ".join((element.text or "").split()),
        tuple(_node(child) for child in element),
        " ".join((element.tail or "").split()),
    )
