"""YAML as our reviewed files use it: `yes`, `no`, `on` and dates are plain words, and no key may stand twice."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from forms.errors import QuestionnaireError

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc]
    yaml_implicit_resolvers: dict[str, Any] = {}


for _tag, _pattern, _first in (
    ("bool", r"^(?:true|false)$", "tf"),
    ("null", r"^(?:null|~|)$", ["n", "~", ""]),
    ("int", r"^-?(?:0|[1-9][0-9]*)$", "-0123456789"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first))


def _mapping_without_repeats(loader: Any, node: yaml.MappingNode) -> dict[Any, Any]:
    loader.flatten_mapping(node)
    mapping: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str):
            raise yaml.MarkedYAMLError(problem=f"the key {key!r} is not a word", problem_mark=key_node.start_mark)
        if key in mapping:
            raise yaml.MarkedYAMLError(problem=f"the key `{key}` appears twice", problem_mark=key_node.start_mark)
        mapping[key] = loader.construct_object(value_node, deep=True)
    return mapping


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping_without_repeats)


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping in a YAML file.

    Raises:
        QuestionnaireError: the file is missing, is not YAML or not a mapping, or has a key twice.

    """
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - a SafeLoader with fewer types
    except OSError as error:
        raise QuestionnaireError([f"{path.name}: file cannot be read ({error.strerror})."]) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise QuestionnaireError([f"{path.name}: file is not valid YAML: {_place_of(error)}."]) from error
    if not isinstance(content, dict):
        raise QuestionnaireError([f"{path.name}: file does not hold a mapping."])
    return content


def _place_of(error: Exception) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return f"line {error.problem_mark.line + 1}, {error.problem or error.context}"
    return " ".join(str(error).split())
