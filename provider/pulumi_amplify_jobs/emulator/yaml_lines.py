"""Reading YAML so that every mapping knows its lines."""

from collections.abc import Generator, Hashable
from typing import Any

import yaml

from .errors import EmulatorError


class Lines(dict[Hashable, Any]):
    """A mapping that knows the line it starts in, and those of its keys."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[object, int] = {}


def located(source: str, mapping: object, field: object = None) -> str:
    """Return the source, with the line of the field or of the mapping where it is known."""
    if not isinstance(mapping, Lines):
        return source
    return f"{source}:{mapping.lines.get(field, mapping.line)}"


def load_yaml(text: str, source: str) -> object:
    """Return what a YAML text holds, its mappings as `Lines`; it builds plain data only.

    Raises `EmulatorError` with one line that starts with `source`.
    """
    try:
        # A subclass of the safe loader.
        return yaml.load(text, Loader=_Loader)  # noqa: S506
    except yaml.MarkedYAMLError as error:
        line = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
        raise EmulatorError(f"{source}{line}: {error.problem}") from None
    except yaml.YAMLError as error:
        raise EmulatorError(f"{source}: {' '.join(str(error).split())}") from None
    except ValueError as error:
        # Such as the date 2024-99-99, which YAML reads as one.
        raise EmulatorError(f"{source}: {error}") from None
    except RecursionError:
        raise EmulatorError(f"{source}: is nested too deeply") from None


class _Loader(yaml.SafeLoader):
    """The safe loader, except that it does not silently drop what a second key overwrites.

    Not the C one: deep nesting would end the process, not just the loading.
    """

    def construct_with_lines(self, node: yaml.MappingNode) -> Generator[Lines, None, None]:
        """Build a mapping in two steps, as one that contains itself could not be in one."""
        mapping = Lines(node.start_mark.line + 1)
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                continue
            if key.value in mapping.lines:
                problem = f"{key.value} is a duplicate key"
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=node.start_mark)
            mapping.lines[key.value] = key.start_mark.line + 1
        yield mapping
        mapping.update(self.construct_mapping(node))


_Loader.add_constructor(yaml.SafeLoader.DEFAULT_MAPPING_TAG, _Loader.construct_with_lines)
