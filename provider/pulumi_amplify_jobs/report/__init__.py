"""Reports of a preview, for reviewers: read from what the engine or `plan` wrote, and rendered.

`reading` takes the text and finds out who wrote it. `plan_report` reads what `amplify-jobs plan
--json` writes, `engine_run` what the engine does. `engine_report` makes the report of a run, by
what `engine_jobs` knows of its jobs and rules; `last_release` reads what an earlier release wrote
there.
`markdown`, `page` and `document` are the formats. `refusals` explains why a reviewed plan was
refused.
"""
