# A sweep by hand: cut into parts, each run wherever the directory is seen, merged.
$ coldfleet sweep scenarios/plans/smallest-capacitor.yaml -o byhand --launcher manual --shards 3
> runs: 48 runs in 3 parts; run each of them, anywhere that sees the directory:
>   coldfleet work byhand --shard K    K = 1 ...
> then: coldfleet merge byhand
$ coldfleet merge byhand
? 6
! error: 48 runs are still to be done (runs): `coldfleet work byhand --shard K` for K = 1 to 3 runs them, or `coldfleet sweep scenarios/plans/smallest-capacitor.yaml -o byhand` does it all
$ coldfleet work byhand --shard 2 -q; ls byhand/shards byhand/log
> byhand/log:
>
> byhand/shards:
> part-2.db
# What its shard has is not run again.
$ coldfleet work byhand --shard 2
> part 2 of 3: 0 runs done, 0 failed, 16 were done before
# The part may come from the environment.
$ SLURM_ARRAY_TASK_ID=1 coldfleet work byhand -q && INDEX=3 coldfleet work byhand --shard-env INDEX
> part 3 of 3: 16 runs done, 0 failed, 0 were done before
! [##############################] 16/16 runs  <...> on 1 core -> byhand
$ coldfleet merge byhand -o hand.db -q && coldfleet sweep scenarios/plans/smallest-capacitor.yaml -o here -q && cmp hand.db here/results.db
# What is missing may be left out.
$ coldfleet sweep scenarios/plans/smallest-capacitor.yaml -o part --launcher manual --shards 3 -q && coldfleet work part -k 1 -q && coldfleet merge part --allow-missing
> smallest-capacitor: Which capacitor does each policy need for the night?
>   6 points x 2 policies x 4 replications: 16 runs done, 0 failed, 32 missing
> <...>
$ coldfleet query part/results.db --format csv "SELECT value FROM meta WHERE key = 'finished'"
> value
> no
# Nothing is decided by that: the parts stay as they were cut, and the rest of them is run as planned.
$ for k in 2 3; do coldfleet work part -k $k; done
> part 2 of 3: 16 runs done, 0 failed, 0 were done before
> part 3 of 3: 16 runs done, 0 failed, 0 were done before
! <...>
$ coldfleet merge part -q && cmp part/results.db hand.db
# What cannot be.
$ coldfleet work byhand
? 2
! error: which part? say --shard K
$ coldfleet work byhand --shard 4
? 2
! error: the present round of byhand has 3 parts; there is no part 4
$ coldfleet work byhand --shard 1 --shards 5
? 2
! error: the present round of byhand is cut into 3 parts, not 5; `sweep PLAN -o byhand --launcher manual --shards 5` cuts it anew
$ SLURM_ARRAY_TASK_ID=x coldfleet work byhand
? 2
! error: SLURM_ARRAY_TASK_ID is 'x', which is not the number of a part (they count from 1)
$ coldfleet work byhand --shard-env ABSENT
? 2
! error: the environment variable ABSENT is not set
$ coldfleet work nowhere --shard 1
? 7
! error: nowhere: there is no such directory; <...>
