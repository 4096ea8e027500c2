# The plans of all shards as one, for one comment. A shard of the matrix that left none is an error in it.
[inputs | { file: input_filename, plan: . }] as $found
| [$found[].plan] as $plans
| [$matrix.include[].shard
  | select("plans/plan-\(split("/")[0]).json" as $file | all($found[]; .file != $file))] as $missing
| {
    version: ($plans[0].version // 2),
    stack: env.STACK,
    summary: {},
    jobs: [$plans[].jobs[]],
    rules: ([$plans[].rules[]] + [$missing[] | { error: "shard \(.) made no plan: see its job" }]),
    warnings: ([$plans[].warnings[]] | unique)
  }
