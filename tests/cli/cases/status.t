# How far a sweep has come, from its shards.
$ coldfleet sweep scenarios/plans/smallest-capacitor.yaml -o s --launcher manual --shards 3 -q && coldfleet work s -k 1 -q && coldfleet status s
> smallest-capacitor: Which capacitor does each policy need for the night?
> stage: round 1, runs, 48 in 3 parts, 32 missing
>   [######..............] 16/48  runs
>   [####################] 8/8  point 1: storage_f=0.1 F, leakage_ua=1 uA
>   [####################] 8/8  point 2: storage_f=0.15 F, leakage_ua=1.5 uA
>   [....................] 0/8  point 3: storage_f=0.22 F, leakage_ua=2.2 uA
> <...>
> slowest runs
>   <#> s  run <#> (<...>, rep <#>, storage_f=<...>)
> <...>
$ coldfleet status s --json
> {
>   "plan": "smallest-capacitor",
>   "directory": "s",
>   "stage": "runs",
>   "round": 1,
>   "round_runs": 48,
>   "parts": 3,
>   "missing": 32,
>   "unread_shards": 0,
>   "left_s": null,
>   "runs": {
>     "planned": 48,
>     "done": 16,
>     "failed": 0
>   },
> <...>
>   "at_work": []
> }
$ coldfleet status nowhere
? 7
! error: nowhere: there is no such directory; <...>
$ mkdir empty; coldfleet status empty
? 7
! error: empty<...>
