"""The words of docs/scale.md."""

from __future__ import annotations

HEAD = """# Scale

<!-- `make bench` writes this page: its words from benchmarks/page, its figures from its JSON. -->

What a run costs as a function of jobs, environments, apps, latency and drift, and where that ends.
Calls are formulas, exact for jobs that are spread evenly. Seconds and memory are fitted to runs of
`make bench ARGS="scale targets"` against [the emulator](emulator.md) on one machine, so take the shape from
here, not the seconds. [Benchmarks](benchmarks.md) compares with other ways.
"""

CALLS_WORDS = """## Calls

| call | how many |
| --- | --- |
| ListApps | apps / 100, at least 1; none where a rule names its apps by ID and all of them exist |
| ListBackendEnvironments | for each app: its environments / 50, at least 1 |
| ListBackendJobs, for a rule | for each environment: its jobs / 25, at least 1. If the rule names one status, only the jobs of that status count |
| ListBackendJobs, for declared jobs | for each environment that is declared as a whole: its jobs / 25; with 1 job, a GetBackendJob instead |
| GetBackendJob | 1 right before each write |
| UpdateBackendJob | 1 for each job that is to change |

- Every quotient is rounded up.
- If an environment is declared in part, its reads take at most 2 calls for each declared job.
- Several rules of a run share their lists: apps and environments are listed once, jobs once for
  each status that is asked for.
- Under the engine, every process makes the reads anew. `pulumi up` has two, the preview's and the
  update's.
- That a list of one status costs only the jobs of that status is how the emulator does it: it
  filters, then makes pages. Nobody has documented that AWS does. If AWS makes pages first, a rule
  with one status costs as much as one with two.
- Latency is sat out side by side: lists of 8 apps or 8 environments, and 16 writes, are under way at
  once. Pages of one list come one after the other.
"""

PREDICTED_WORDS = """\
By the terms above; 1 in 100 jobs is stuck, 100 jobs in each environment, 10 environments in each
app, the API answering at once or after 50 ms. With 1,000,000 jobs, those 10,000 matches need 10
rules. The column with throttling is arithmetic only: calls divided by that rate. Which rate AWS
allows is not known."""

DECLARED_WORDS = """\
Each declared job is one resource, and Pulumi's cost of a resource is most of it. Lines through runs
of {measured} jobs, the API answering at once. All beyond is their extension, not measured. The
calls are those for whole environments of 100 jobs; a first up without a preview, in which every
job changes:"""

BREAKS = """## Where it breaks, and what then

| what ends first | where | what then |
| --- | --- | --- |
| Stack config | From 128 KiB on (about 1,300 declared jobs), Linux refuses to start the program. | Put jobs into [included files](config.md), which have no such limit. |
| The engine | Time, memory and state grow with each declared job.{engine} | Let a [rule](rules.md) find the jobs: it is one resource, whatever it looks at. Declare only jobs that need a value of their own, and divide those into stacks. `amplify-jobs plan` and `apply` need no engine. |
| A state in a folder or a bucket | The engine writes the whole state at every step, so a first up grows with the square of the jobs. | `PULUMI_SKIP_CHECKPOINTS=true`, as in these runs. |
| A rule's `limit` | At most {most_matches} matches. With more, the rule fails and writes nothing. | Divide the rule by `apps`, `environments` or `olderThan`. |
| One list | {most_pages} pages: {most_listed} jobs of one environment, or of one status in it. A longer list is refused, and with it the rule. | A rule for each status. An environment with more jobs of one status is out of reach of rules: declare the jobs. |
| Memory of a rule | All jobs that lists show are held until the run ends{memory}. | One status for each rule, so that the service leaves out the rest; or a stack for each group of apps. |
| Throttling | {jobs} jobs with two statuses take {pages} list calls. Throttled calls are retried, each within {patience} seconds, then the rule fails. | Two rules with one status each take {halves} list calls, if no more than 25 jobs of each environment have either of them. Run stacks one after the other: they share the account's rate. |
| Time between reading and writing | The longer a run, the more jobs move meanwhile. Each is read again before its write, and left alone if it moved. | Divide the run by apps, so that each is short. |

So for {jobs} jobs: several stacks, each with a rule for its own apps and one status. Calls and
seconds add up to about the same, but each stack has its own memory, limit and failures.
"""

TARGETS_WORDS = """## Many accounts and regions

One rule over {targets} [targets](many-accounts.md) ({accounts} accounts, {regions} regions) with {apps:,} apps, each
call answered after {latency:.0f} ms. Each target is asked by its own credentials: one AssumeRole and one
GetCallerIdentity come to its lists.
"""

SIDE_BY_SIDE_WORDS = """
All of them take {ratio} times as long as one ({lowest} to {highest} in {rounds} rounds). Calls wait side by side; with
as many as here, this machine's processor is what they wait for."""

SHARDS_WORDS = """
The same rule over {targets:,} targets ({accounts:,} accounts, {regions} regions) with {apps:,} apps, on a machine for each
shard: the largest of them. The API answers at once, and {throttling:.0%} of its calls with 429, which are made again.
A machine keeps nothing of a target that has nothing to update.
"""

TAIL = """## How it is measured

- The emulator runs in the process of `make bench`, the command in one of its own. Before each
  round, the jobs are seeded anew. The median of 3 rounds counts (of 1 for a first up, of 2 for a
  preview under the engine). Memory is the peak (`VmHWM`) of the largest round, looked at ten times a
  second: the shortest runs may have held a little more.
- "2 statuses" is a rule that names two, so that the service can't filter and every job is listed.
- `apply` runs with `--parallel 16`.
- `make bench ARGS="scale targets"` took {minutes:.0f} minutes here, and writes this page.
- Every single figure is in `docs/scale.json`. `benchmarks/model` has the formulas and the fit.
"""
