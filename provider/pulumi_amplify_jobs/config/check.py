"""Checking stack files and included files offline: every problem of all of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..disk import is_absent
from ..domain.targets import Tags, TargetSelector
from ..errors import ConfigError
from ..settings import Settings
from .diagnostics import Place, PlacedConfigError, Problem, Problems, Severity
from .includes import read_jobs_file
from .loader import Declarations
from .placeholders import UNKNOWN_DEFAULTS, lacks, without_sealed
from .project import PROJECT_FILES, STACK_FILE, StackFile, find_project, stack_names, stack_path
from .stack import declare
from .stack_file import NO_JOB, read_source

YAML_SUFFIXES = {".yaml", ".yml", ".json"}

ALL_TARGETS = TargetSelector()


def anywhere(_settings: Settings) -> None:
    """Say of no region that it has no backend jobs."""


@dataclass(frozen=True, order=True)
class Finding:
    """One problem: `line` and `column` count from 1, 0 is the file or the line as a whole."""

    path: Path
    line: int
    severity: Severity
    job: str
    """The job's name; empty where it is none's."""
    message: str
    column: int = field(default=0, compare=False)


@dataclass
class Findings:
    """What a check found. Adding the same finding again changes nothing."""

    findings: set[Finding] = field(default_factory=set)
    jobs: dict[Path, int] = field(default_factory=dict)
    """How many jobs each checked file declares."""
    rules: dict[Path, int] = field(default_factory=dict)
    """How many good rules each stack's file declares."""
    empty: set[Path] = field(default_factory=set)
    """The stacks that declare neither a job nor a rule, as far as can be seen."""
    targets: dict[str, Tags] = field(default_factory=dict)
    """The tags of each target that any of the files declares, by name."""

    def add(self, other: Findings) -> None:
        """Take in another report, on files that may be the same in part."""
        self.findings |= other.findings
        self.empty |= other.empty
        self.rules.update(other.rules)
        self.targets.update(other.targets)
        for path, jobs in other.jobs.items():
            self.jobs[path] = max(jobs, self.jobs.get(path, 0))

    def problem(self, path: Path, message: str) -> None:
        """Note an error of a file as a whole."""
        self.findings.add(Finding(path, 0, "error", "", message))
        self.jobs.setdefault(path, 0)

    def refuse_empty(self) -> None:
        """Note an error for each stack that declares nothing."""
        for path in self.empty:
            self.problem(path, f"{NO_JOB}; if that is intended, use --allow-empty")

    def count(self, severity: Severity) -> int:
        """Return the number of findings of this severity."""
        return sum(finding.severity == severity for finding in self.findings)


@dataclass(frozen=True)
class Scope:
    """What is to be checked against, and in which targets."""

    region_problem: Callable[[Settings], str | None] = anywhere
    """Returns why no job can be where settings lead, or None."""
    selector: TargetSelector = ALL_TARGETS

    def left_out(self, targets: Mapping[str, Tags]) -> frozenset[str]:
        """Return those of a stack's targets that are not selected, the empty name among them."""
        if self.selector == ALL_TARGETS:
            return frozenset()
        selected = {name for name, tags in targets.items() if self.selector.takes(name, tags)}
        return frozenset({"", *targets} - selected)


EVERYTHING = Scope()


def check_project(start: Path, scope: Scope = EVERYTHING) -> Findings:
    """Check every stack of the project around `start`. Raises ConfigError where there is none."""
    project = find_project(start)
    report = Findings()
    stacks = _stacks(project, report)
    if not stacks and not report.findings:
        raise ConfigError([f"{project.name}/ has no Pulumi.<stack>.yaml: name the files to check"])
    for stack in stacks:
        report.add(check_stack(stack, scope))
    return report


def check_files(paths: Iterable[Path], scope: Scope = EVERYTHING) -> Findings:
    """Check these stack files, with all they include, and these included files.

    An included file is checked through each stack of its project that includes it, and where there
    is none, as far as that can be judged alone.
    """
    report = Findings()
    stacks, others = _sorted(paths, report)
    checked = {stack.path: check_stack(stack, scope) for stack in stacks}
    for found in checked.values():
        report.add(found)
    for path in others:
        candidates = _around(path)
        for stack in candidates:
            if stack.path not in checked:
                checked[stack.path] = check_stack(stack, scope)
        reaching = [checked[each.path] for each in candidates if path in checked[each.path].jobs]
        for found in reaching:
            report.add(found)
        if path not in report.jobs:
            report.add(check_alone(path, scope))
    return report


def _sorted(paths: Iterable[Path], report: Findings) -> tuple[list[StackFile], list[Path]]:
    """Return the stacks that are named, and the other files; what is neither is a problem."""
    stacks: dict[Path, StackFile] = {}
    others: dict[Path, None] = {}
    for given in paths:
        # Unlike Path's methods, these take what can't be looked at: reading it says why.
        path = Path(os.path.realpath(given))
        if os.path.isdir(path):  # noqa: PTH112
            report.problem(path, "is a directory: name the files in it")
        elif is_absent(path):
            report.problem(path, "there is no such file")
        elif given.name in PROJECT_FILES:
            stacks.update((each.path, each) for each in _stacks(path.parent, report))
        elif STACK_FILE.fullmatch(given.name):
            try:
                stacks[path] = StackFile(find_project(path.parent), path)
            except ConfigError:
                report.problem(path, "there is no Pulumi.yaml in this stack's folder or above")
        else:
            others[path] = None
    return list(stacks.values()), list(others)


def _stacks(project: Path, report: Findings) -> list[StackFile]:
    try:
        names = stack_names(project)
        paths = (os.path.realpath(stack_path(project, name)) for name in names)
        return [StackFile(project, Path(path)) for path in paths]
    except PlacedConfigError as error:
        report.add(_report(error.found, {}, project))
        return []


def _around(path: Path) -> list[StackFile]:
    """Return the stacks of the project that a file lies in."""
    try:
        return _stacks(find_project(path.parent), Findings())
    except ConfigError:
        return []


def check_stack(file: StackFile, scope: Scope) -> Findings:
    """Check one stack's file and all that it includes."""
    problems = Problems()
    paths = {file.path.name: file.path}
    try:
        source = read_source(file)
    except PlacedConfigError as error:
        return _report(error.found, paths, file.project)
    source.warn_of_size(problems)
    source.warn_of_rest(problems)
    for sealed in source.sealed:
        problems.note(sealed.place, f"{sealed.message}: not checked")
    entries, base = without_sealed(source.entries, source.sealed)
    config, found = declare(entries, file.project, base, problems)
    for name, target in config.targets.items():
        problem = scope.region_problem(target.settings)
        if problem:
            problems.error(found.targets[name].region_place, problem, name)
    paths.update(
        (path.relative_to(file.project).as_posix(), path.resolve()) for path in found.included
    )
    report, left_out = _of_scope(found, scope, paths, file.project)
    report.rules[file.path] = sum(
        each.rule.target not in left_out for each in config.rules.values()
    )
    if not (found.counts() or config.rules or problems.errors or source.may_declare):
        report.empty.add(file.path)
    return report


def check_alone(path: Path, scope: Scope) -> Findings:
    """Check an included file that no stack is known to include."""
    if path.suffix not in YAML_SUFFIXES:
        report = Findings()
        report.problem(path, "is not a YAML file, and no stack includes it")
        return report
    problems = Problems()
    found = Declarations(problems)
    read_jobs_file(path, path.name, UNKNOWN_DEFAULTS, found)
    missing = sorted({key for job in found.jobs.values() for key in lacks(job.arguments)})
    if missing:
        message = f"no stack includes this file: {' and '.join(missing)} could not be checked"
        problems.note(Place(path.name), message)
    report, _ = _of_scope(found, scope, {path.name: path}, path.parent)
    return report


def _of_scope(
    found: Declarations, scope: Scope, paths: dict[str, Path], project: Path
) -> tuple[Findings, frozenset[str]]:
    """Return what is to be said of the selected targets and of none, and which are left out.

    What concerns a target that nobody declares is said: it may be meant for a selected one.
    """
    targets = {name: each.tags for name, each in found.targets.items()}
    left_out = scope.left_out(targets)

    def concerned(place: Place) -> bool:
        return not place.targets or not place.targets <= left_out

    problems = [each for each in found.problems.found if concerned(each.place)]
    report = _report(problems, paths, project)
    report.targets.update(targets)
    jobs = found.counts(concerned)
    report.jobs.update({path: jobs[label] for label, path in paths.items()})
    return report, left_out


def _report(found: Sequence[Problem], paths: dict[str, Path], project: Path) -> Findings:
    """Return problems by the path of their file; `paths` are by the labels that places have."""
    report = Findings()
    for each in found:
        label = each.place.label
        path = paths.get(label, project / label)
        report.findings.add(
            Finding(
                path,
                each.place.line or 0,
                each.severity,
                each.job or "",
                each.message,
                each.place.column or 0,
            )
        )
        report.jobs.setdefault(path, 0)
    return report
