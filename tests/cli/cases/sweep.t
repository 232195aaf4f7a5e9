# A plan from the start to the answer, in a few lines.
$ coldfleet sweep scenarios/plans/smallest-capacitor.yaml -o out/capacitor -j 2
> smallest-capacitor: Which capacitor does each policy need for the night?
>   6 points x 2 policies x 4 replications: 48 runs done, 0 failed
>   policy                best at  loss, mean of points
>   always-local          <#> of 6  <#> +- <#>
>   confidence-threshold  <#> of 6  <#> +- <#>
> -> out/capacitor/results.db
> Next: coldfleet compare out/capacitor/results.db
> <...>
! [##############################] 48/48 runs  <...> on 2 cores -> out/capacitor
$ coldfleet query out/capacitor/results.db --format csv 'SELECT policy, count(*), count(DISTINCT point_id), count(DISTINCT seed) FROM run GROUP BY 1'
> policy,count(*),count(DISTINCT point_id),count(DISTINCT seed)
> always-local,24,6,1
> confidence-threshold,24,6,1
# Again: everything is there, nothing is run, the same answer as JSON.
$ coldfleet sweep scenarios/plans/smallest-capacitor.yaml -o out/capacitor --json
> {
>   "plan": "smallest-capacitor",
> <...>
>   "done": 48,
>   "failed": 0,
>   "missing": 0,
> <...>
>   "broken_assertions": []
> }
$ rm -r out/capacitor/results.db && coldfleet merge out/capacitor -q && ls out/capacitor
> lock
> log
> plan.db
> results.db
> results.exec.db
> round
> shards
# A dry run says what would be done, and leaves nothing behind.
$ coldfleet sweep scenarios/plans/smallest-capacitor.yaml -o nothing -n -j 2; ls -d nothing
? 2
> smallest-capacitor: Which capacitor does each policy need for the night?
>   6 points x 2 policies x 4 replications = 48 runs
>   point 1 storage_f=0.1 F, leakage_ua=1 uA
> <...>
>   ... and 1 more
>   time: about <#> s for a run, the longest <#> s (run <#>); <#> s on one core, <#> s on 2
>   database: about <#> MB
>   first: 48 runs
! ls: cannot access 'nothing': No such file or directory
$ coldfleet sweep scenarios/plans/tune-thresholds.yaml -o nothing --dry-run --json -l manual --shards 5
> {
>   "plan": "tune-thresholds",
>   "question": "Does looking twice pay, when everybody was tuned with the same care?",
>   "points": 1,
>   "policies": 3,
>   "replications": 4,
>   "most_replications": 16,
>   "runs": 12,
>   "trials": 64,
>   "run_mean_s": <#>,
>   "run_longest_s": <#>,
>   "longest_run_id": <#>,
>   "total_s": <#>,
>   "database_bytes": <#>,
>   "first": "tuning, first half",
>   "first_runs": 32,
>   "parts": 5
> }
# Assertions of the plan stand beside those of its scenario: exit code 4, with run, point, column and value.
$ printf 'name: broken\nscenario: scenarios/quickstart.yaml\nset: {duration: 3 d}\naxes: {n: {path: fleet.sensors.count, values: [3, 5]}}\nassert:\n  loss: {min: 1e6, policy: always-local}\n' >broken.yaml
$ coldfleet sweep broken.yaml -o broken -q
? 4
! broken.yaml:6:3: error: assertion failed: loss is <#> in run <#> (always-local, rep 0, n=<#>), below the limit 1e+06
!   loss: {min: 1e6, policy: always-local}
!   ^
! <...>
# A plan that has changed is not the sweep that was frozen.
$ sed -i 's/3 d/4 d/' broken.yaml; coldfleet sweep broken.yaml -o broken -q
? 3
! error: broken holds a sweep that was frozen before broken.yaml was changed; <...>
# What cannot be.
$ coldfleet sweep broken.yaml
? 2
! error: where to? say -o DIR
$ coldfleet sweep broken.yaml -o new --launcher slrm
? 2
! error: --launcher 'slrm' is none of local, slurm and manual (did you mean 'slurm'?)
$ coldfleet sweep broken.yaml -o new --time-limit 1h
? 2
! error: --time-limit, --sbatch, --at-once, --retries and --wait belong to --launcher slurm
$ coldfleet sweep broken.yaml -o new --shards 3
? 2
! error: --chunk and --shards belong to --launcher slurm or manual
$ coldfleet sweep broken.yaml -o new --max-failures 5x
? 2
! error: --max-failures '5x' is neither a number of runs nor a share like 5%
$ coldfleet sweep broken.yaml -o new -l manual --chunk 10
? 2
! error: --chunk '10': '10' has no unit; needed is a time, for example '<#> min'
$ coldfleet sweep absent.yaml -o new; ls -d new
? 2
! error: <...>absent.yaml<...>
! ls: cannot access 'new': No such file or directory
