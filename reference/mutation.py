"""The page of the mutants: how many of each module were noticed, and why the others may survive."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from mutation.kept import Result, Survivor, load, reasons

from .markdown import code, table


def scores() -> str:
    """Return the table of the modules."""
    results = load()
    rows = [_row(module, each) for module, each in results.items()]
    survivors = tuple(survivor for each in results.values() for survivor in each.survivors)
    whole = Result("", sum(each.mutants for each in results.values()), survivors)
    header = ("module", "mutants", "noticed", "share", "survivors", "commit")
    return table(header, [*rows, _row("**all**", whole)])


def _row(module: str, result: Result) -> tuple[str, ...]:
    return (
        module if module.startswith("*") else code(f"{module}.py"),
        f"{result.mutants:,}",
        f"{result.noticed:,}",
        f"{result.score:.1%}",
        str(len(result.survivors)),
        result.commit and code(result.commit),
    )


def survivors() -> str:
    """Return each mutant that survived, by module, with the reason. Raises KeyError without one."""
    known = reasons()
    parts = []
    for module, result in load().items():
        if result.survivors:
            rows = _explained(result.survivors, known.get(module, {}))
            parts.append(f"### `{module}.py`\n\n{table(('in', 'the line', 'and why'), rows)}")
    return "\n\n".join(parts)


def _explained(
    found: tuple[Survivor, ...], known: dict[Survivor, str]
) -> Iterator[tuple[str, str, str]]:
    """Yield a row for each line and reason: a line may have several mutants."""
    grouped: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for each in found:
        grouped[each.function, each.before, known[each]].append(each.after)
    for (function, before, why), after in grouped.items():
        mutants = "<br>".join(f"→ {_shown(each)}" for each in after)
        yield code(function), f"{_shown(before)}<br>{mutants}", why


def _shown(line: str) -> str:
    """Return a line as code in a cell, where it may have backticks of its own."""
    folded = " ".join(line.split()) or "(nothing)"
    fence = "``" if "`" in folded else "`"
    return f"{fence}{folded}{fence}"
