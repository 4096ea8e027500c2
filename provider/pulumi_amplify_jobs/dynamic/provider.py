"""The provider's methods, as the engine calls them: thin, every decision is made elsewhere."""

from __future__ import annotations

from dataclasses import replace

from pulumi.dynamic import (
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)

from ..domain.jobs import DesiredJob, ObservedJob
from ..domain.keys import JobKey
from ..domain.plan import FIELDS, Missing, Nothing, Plan, Skipped, Update
from ..errors import AccessDeniedError, ConfigError, CredentialsError, JobMissingError, ServiceError
from ..reconcile.job import Outcome, Reconciler
from ..reconcile.waits import ShowLine
from . import sdk_internals
from .decisions import Bag, job_came_back, lags
from .errors import fail_unsettled, one_line_errors, refused, refused_by
from .internal_properties import IGNORE_CHANGES, internal_of, urn_of
from .job_owners import OWNERS
from .latest_id import with_id
from .plugin_process import begin_process, engine_log, engine_warnings
from .properties import (
    Declaration,
    checked_inputs,
    config_changed,
    declared_in,
    declared_of,
    id_of,
    ignored_fields,
    is_to_do,
    outputs_of,
    recorded_job,
    recorded_of,
    refreshed,
    replaced_fields,
    sound,
    unknown_computed,
    wanted_inputs,
)
from .runtime import Runtime, Runtimes
from .secret_values import veiled
from .sick_targets import is_unreadable, refuse_unreadable, tell_once, unreadable
from .unknowns import unknown_fields, with_markers

WITHOUT_REFRESH = "to destroy the stack without reading its jobs, use --refresh=false"


class Provider(ResourceProvider):
    """Pulumi's dynamic provider for one kind of resource, the backend job.

    It has no state until `configure` runs in the plugin's process: what is serialized into the
    stack's state is the class by reference, small and the same in every release.
    """

    serialize_as_secret_always = False

    _runtimes: Runtimes

    def configure(self, req: ConfigureRequest) -> None:
        """Start the process's runtime from the stack config."""
        begin_process()
        self._runtimes = Runtimes(req.config.get)

    @one_line_errors
    def check(self, _olds: Bag, news: Bag) -> CheckResult:
        """Validate the inputs, read the live job, and decide what an update will do or fail on.

        The SDK hands in the old inputs and the program's new ones.
        """
        self._runtimes.declaring(urn_of(news))
        declared = declared_of(news)
        if "target" in declared:
            sdk_internals.make_room()
        try:
            # What Pulumi creates or replaces, it takes as it is declared.
            ignored = ignored_in(news) if _olds else frozenset[str]()
            result = self._checked(declared, _olds, urn_of(news), ignored)
        except ConfigError as error:
            result = refused(declared, error.problems)
        except (JobMissingError, ServiceError) as error:
            if isinstance(error, ServiceError) and "target" in declared:
                result = unreadable(declared, _olds, error)
                self._tell_of_target(declared, error, urn_of(news))
            else:
                result = refused(declared, [str(error)], "job_id")
        result.inputs.update(internal_of(news))
        return result

    @one_line_errors
    def diff(self, _id: str, _olds: Bag, _news: Bag) -> DiffResult:
        """Compare what is recorded, what is declared and what is live.

        The SDK hands in the old outputs and the checked new inputs. Also called to judge a
        refresh, then with the refreshed outputs and the old inputs.
        """
        if is_unreadable(_news):
            return DiffResult(changes=True)
        _olds = sound(_olds, _id)
        replaces = replaced_fields(_olds, _news)
        if not replaces and _id != id_of(_olds):
            # Recorded before IDs escaped a slash inside a name: it may be another job's text, and
            # only a refresh or a replacement can give it a new one.
            replaces = ["job_id"]
        if replaces:
            return DiffResult(changes=True, replaces=replaces)
        declaration = self._declaration(declared_of(_news), unknown_fields(_news))
        if declaration.desired is None:
            return DiffResult(changes=True)
        ignored, desired = ignored_in(_news), declaration.desired
        try:
            self._keep_last_write(desired, _olds, _news)
            decision = self._reconciler(desired).examine(desired.ignoring(ignored))
        except ServiceError:
            if not desired.key.target:
                raise
            # So a refresh is judged; the read has reported it, and kept what is recorded.
            return DiffResult(changes=config_changed(_olds, _news, ignored))
        self._tell_of_comeback(_olds, _news, desired.key, decision)
        changes = config_changed(_olds, _news, ignored) or is_to_do(_olds, decision)
        return DiffResult(changes=changes)

    @one_line_errors
    def create(self, props: Bag) -> CreateResult:
        """Adopt a job that exists: record it, update it only where it differs."""
        refuse_unreadable(props)
        desired = self._accepted(props)
        outcome = self._bring(desired, props)
        resource_id = desired.key.id
        return CreateResult(resource_id, self._outputs(resource_id, props, outcome, {}))

    @one_line_errors
    def update(self, _id: str, _olds: Bag, _news: Bag) -> UpdateResult:
        """Record what is declared now, and update the job only where it differs."""
        refuse_unreadable(_news)
        _olds = sound(_olds, _id)
        # Where even the URN is not passed, Pulumi ignores all inputs: nothing may be written.
        ignored = ignored_in(_news) if urn_of(_news) else frozenset(FIELDS)
        desired = self._accepted(_news).ignoring(ignored)
        self._keep_last_write(desired, _olds, _news)
        outcome = self._bring(desired, _news)
        # Nothing is wanted where Pulumi is to ignore both.
        wanted = desired.operation or desired.status
        unsettled = wanted and _olds.get("unsettled") is not None
        if isinstance(outcome.decision, Nothing) and unsettled:
            outcome = self._reconciler(desired).settle(desired, self._report(_news))
        return UpdateResult(self._outputs(_id, _news, outcome, _olds))

    @one_line_errors
    def read(self, id_: str, props: Bag) -> ReadResult:
        """Read the live job. A job that is gone is forgotten, unless `ifMissing` says otherwise.

        The SDK hands in the old outputs.
        """
        self._runtimes.refreshing(urn_of(props))
        props = sound(props, id_)
        internal = internal_of(props)
        if self._runtime.told_before():
            return ReadResult(id_, recorded_of(props) | internal)
        declared = declared_in(props)
        if "target" in declared:
            sdk_internals.make_room()
        if not self._runtime.targets.knows(declared.get("target")):
            # It has another name by now, or is gone: the check knows which, and asks the service.
            return ReadResult(id_, recorded_of(props) | internal)
        desired = self._declaration(declared, frozenset()).desired
        if desired is None:
            # Somebody has edited the state: the next update records anew what is declared.
            return ReadResult(id_, recorded_of(props) | internal)
        try:
            observed = self._live(desired, props)
        except ServiceError as error:
            if not desired.key.target:
                raise
            self._tell_of_target(declared, error, urn_of(props))
            return ReadResult(id_, recorded_of(props) | internal)
        if observed is None and desired.if_missing == "error":
            return ReadResult("", {})
        outputs, inputs = refreshed(props, desired, observed)
        if outputs == recorded_of(props) and inputs == wanted_inputs(props):
            # At rest the inputs stand as they are; repeated, they cost the engine time.
            return ReadResult(desired.key.id, outputs | internal)
        return ReadResult(desired.key.id, outputs | internal, inputs | internal)

    def _live(self, desired: DesiredJob, recorded: Bag) -> ObservedJob | None:
        """Read the job for a refresh; who may not read it may destroy all the same."""
        try:
            self._keep_last_write(desired, recorded, recorded)
            return self._runtime.services(desired.key).reader.read(desired.key)
        except (AccessDeniedError, CredentialsError) as error:
            detail = f"{error.detail}; {WITHOUT_REFRESH}"
            raise type(error)(error.reason, error.call, detail) from None

    def _keep_last_write(self, desired: DesiredJob, recorded: Bag, declared: Bag) -> None:
        """Have the whole process go by what is recorded, where reads lag behind the last write."""
        if recorded.get("target") != declared.get("target"):
            return  # the target leads elsewhere by now, and has another job
        services = self._runtime.services(desired.key)
        observed = services.reader.read(desired.key)
        if lags(recorded, observed, services.service_clock.now()):
            services.reader.keep(recorded_job(desired.key, recorded))

    def delete(self, _id: str, _props: Bag) -> None:
        """Forget the resource. The job stays as it is: there is nothing to delete in AWS."""

    @property
    def _runtime(self) -> Runtime:
        return self._runtimes.now()

    def _checked(self, declared: Bag, olds: Bag, urn: str, ignored: frozenset[str]) -> CheckResult:
        """Return the inputs with what is planned. Raises ConfigError, JobError, ServiceError."""
        declared = with_id(declared, olds, self._runtime, urn)
        declaration = self._declaration(declared, unknown_fields(declared))
        if declaration.failures:
            # Without anything unknown of our own: in an update the engine reports that instead.
            return refused_by(with_markers(declared), declaration.failures)
        if declaration.desired is None:
            return CheckResult({**with_markers(declared), **unknown_computed(olds)}, [])
        contest = OWNERS.declare(self._runtime.targets.at_place(declaration.desired.key), urn)
        if contest is not None:
            return refused(declared, [contest], "job_id")
        reconciler = self._reconciler(declaration.desired)
        decision = reconciler.examine(declaration.desired.ignoring(ignored))
        if isinstance(decision, Missing):
            return refused(declared, [decision.reason], "job_id")
        observed = reconciler.reader.read(declaration.desired.key)
        return CheckResult(checked_inputs(declared, olds, decision, observed), [])

    def _bring(self, desired: DesiredJob, inputs: Bag) -> Outcome:
        reconciler = self._reconciler(desired)
        if desired.wait is not None:
            sdk_internals.make_room()
        seen = reconciler.reader.read(desired.key)
        if isinstance(reconciler.examine(desired), Update):
            self._runtime.find_latest_beside(desired.key)
        outcome = reconciler.bring(desired, seen, self._report(inputs))
        if isinstance(outcome.decision, Skipped):
            # Pulumi counts as created or updated what is only recorded.
            line = f"left alone, nothing was written: {outcome.decision.reason}"
            engine_log(urn_of(inputs))(veiled(line, [inputs]))
        return outcome

    def _report(self, inputs: Bag) -> ShowLine:
        report = self._runtime.report
        return lambda line: report(veiled(line, [inputs]))

    def _tell_of_target(self, declared: Bag, error: ServiceError, urn: str) -> None:
        line = veiled(str(error), [declared])
        tell_once(self._runtime.targets.named(declared["target"]), line, urn)

    def _tell_of_comeback(self, olds: Bag, news: Bag, key: JobKey, decision: Plan) -> None:
        """Warn of a job that is live as before its last write, once in a process."""
        runtime, urn = self._runtime, urn_of(news)
        if not urn or not isinstance(decision, Update) or not runtime.first_word_of(urn):
            return
        line = job_came_back(olds, key, decision, runtime.services(key).service_clock.now())
        if line is not None:
            engine_warnings(urn)(veiled(line, [olds, news]))

    def _outputs(self, resource_id: str, inputs: Bag, outcome: Outcome, olds: Bag) -> Bag:
        """Return the outputs; where the job did not settle, fail and keep them in the state."""
        if outcome.unsettled is not None:
            outcome = replace(outcome, unsettled=veiled(outcome.unsettled, [inputs]))
        outputs = outputs_of(inputs, outcome, olds) | internal_of(inputs)
        if outcome.unsettled is not None:
            fail_unsettled(outcome.unsettled, resource_id, outputs, inputs)
        return outputs

    def _declaration(self, declared: Bag, unknown: frozenset[str]) -> Declaration:
        """Return what the inputs declare, from memory where the same was asked before.

        The engine asks up to four times for each resource: read, diff, check and diff again.
        """
        runtime = self._runtime
        asked = repr((declared, sorted(unknown)))
        if asked not in runtime.declarations:
            runtime.declarations[asked] = runtime.read(declared, unknown)
        return runtime.declarations[asked]

    def _reconciler(self, desired: DesiredJob) -> Reconciler:
        return self._runtime.reconciler(desired.key)

    def _accepted(self, declared: Bag) -> DesiredJob:
        """Return the declaration that a check has accepted before."""
        declaration = self._declaration(declared_of(declared), frozenset())
        if declaration.desired is None:
            raise ConfigError([reason for _, reason in declaration.failures])
        return declaration.desired


def ignored_in(news: Bag) -> frozenset[str]:
    """Return which of operation and status Pulumi is to ignore.

    In a running Diff or Update the engine says which; in a Check only what the program declares.
    """
    paths = sdk_internals.ignored_paths()
    return ignored_fields(news.get(IGNORE_CHANGES) or () if paths is None else paths)
