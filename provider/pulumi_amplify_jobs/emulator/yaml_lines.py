"""Reading YAML so that what is wrong with it can be told by its line."""

from collections.abc import Generator, Hashable
from typing import Any

import yaml

from .errors import SeedError


class Lines(dict[Hashable, Any]):
    """A mapping that knows the line it starts in, and those of its keys."""

    line: int
    lines: dict[object, int]


def load_yaml(text: str, source: str) -> object:
    """Return what a YAML text holds, its mappings as `Lines`; it builds plain data only.

    Raises `SeedError` with one line that starts with `source`.
    """
    try:
        # A subclass of the safe loader.
        return yaml.load(text, Loader=_Loader)  # noqa: S506
    except yaml.MarkedYAMLError as error:
        line = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
        raise SeedError(f"{source}{line}: {error.problem}") from None
    except yaml.YAMLError as error:
        raise SeedError(f"{source}: {' '.join(str(error).split())}") from None
    except ValueError as error:
        # Such as the date 2024-99-99, which YAML reads as one.
        raise SeedError(f"{source}: {error}") from None
    except RecursionError:
        raise SeedError(f"{source}: is nested too deeply") from None


class _Loader(yaml.SafeLoader):
    """The safe loader, except that it does not silently drop what a second key overwrites.

    Not the C one: deep nesting would end the process, not just the loading.
    """

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        twice = next((key for key in keys if keys.count(key) > 1), None)
        if twice is not None:
            problem = f"{twice} is there twice"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=node.start_mark)
        return super().construct_mapping(node, deep)

    def construct_with_lines(self, node: yaml.MappingNode) -> Generator[Lines, None, None]:
        """Build a mapping in two steps, as one that contains itself could not be in one."""
        mapping = Lines()
        mapping.line = node.start_mark.line + 1
        mapping.lines = {
            key.value: key.start_mark.line + 1
            for key, _ in node.value
            if isinstance(key, yaml.ScalarNode)
        }
        yield mapping
        mapping.update(self.construct_mapping(node))


_Loader.add_constructor(yaml.SafeLoader.DEFAULT_MAPPING_TAG, _Loader.construct_with_lines)
