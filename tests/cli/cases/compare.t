$ coldfleet run scenarios/quickstart.yaml -q --reps 4 -o a.db; coldfleet run scenarios/quickstart.yaml -q --reps 3 --set 'fleet.sensors.sense.energy=14 mJ' -o b.db; coldfleet run scenarios/quickstart.yaml -q -o one.db
# Policies of one database, in pairs, against the best.
$ coldfleet compare a.db --metric used_j
> used_j in J, less is better
> a.db
>
> quickstart, against confidence-threshold (the least mean loss)
>   mean difference CI95 relative reps
>   confidence-threshold <#>
>   always-local <#> -<#> -<#> to -<#> -<#> % 4 better <...>
$ coldfleet compare a.db --baseline always-local --alpha 0.01
> loss in false alarms, less is better
> a.db
>
> quickstart, against always-local
> <...> CI99 <...>
>   always-local <#>
>   confidence-threshold <#> -<#> <#> to <#> <...> 4 tie <...>
$ coldfleet compare a.db --metric nats_per_j --unpaired | tail -n 3
>   mean difference CI95 <...> reps
>   confidence-threshold <#>
>   always-local <#> <#> <#> to <#> <...> 4 <...>
# One pair: a difference, and no interval.
$ coldfleet compare one.db | tail -n 1
>   always-local <#> +<#> none: one replication 1 <...>
# Two databases: what more sensing costs, run by run; what has no partner is counted.
$ coldfleet compare a.db b.db --metric used_j
> used_j in J, less is better
> A a.db
> B b.db
>
> quickstart
>   A B B - A CI95 <...>reps
>   always-local <#> <#> +<#> +<#> to +<#> <...>3 worse <...>
>   confidence-threshold <#> <#> +<#> +<#> to +<#> <...>3 worse <...>
>
> without a partner: 2 runs of A, 0 of B
> 0 of 6 pairs have the same digest: the same history, event by event
$ coldfleet compare a.db one.db | tail -n 1
> 2 of 2 pairs have the same digest: the same history, event by event
# A limit: exit code 4 when something is surely worse by more.
$ coldfleet compare a.db b.db --metric used_j --tolerance '10 %' >report.txt
$ coldfleet compare a.db b.db --metric used_j --tolerance 2 >report.txt
? 4
! error: quickstart: always-local is worse in b.db than in a.db: used_j by <#> %, at least <#> % by its interval; 2 % is tolerated
! error: quickstart: confidence-threshold is worse in b.db than in a.db: used_j by <#> %, at least <#> % by its interval; 2 % is tolerated
$ coldfleet compare b.db a.db --metric used_j --tolerance 0 >report.txt
$ coldfleet compare one.db -t 50 >report.txt
? 4
! error: quickstart: always-local is worse than confidence-threshold: loss by <#> over a mean of 0; 50 % is tolerated
# JSON for programs.
$ coldfleet compare a.db --json --metric used_j | grep -c '"verdict": "better"'
> 1
$ coldfleet compare a.db b.db --json --metric used_j | grep -E '"(difference|pairs|without_partner|same_digest|better)":'
>   "better": "less",
>   "difference": <#>,
>   "pairs": 3,
>   "without_partner": 0,
>   "same_digest": 0,
>   "difference": <#>,
>   "pairs": 3,
>   "without_partner": 0,
>   "same_digest": 0,
# No line is wider than a page.
$ coldfleet compare a.db --metric acc_per_w_per_k | awk 'length > 100'
# What cannot be compared.
$ coldfleet compare a.db --metric los
? 2
! error: runs cannot be compared by 'los' (did you mean 'loss'?)
$ coldfleet compare a.db --baseline always-locale
? 2
! error: a.db: scenario 'quickstart' has no finished run of policy 'always-locale' (did you mean 'always-local'?)
$ coldfleet compare a.db --metric tokens
? 2
! error: tokens is not defined in any finished run of a.db
$ coldfleet compare a.db --metric nodes --tolerance 1
? 2
! error: --tolerance cannot judge nodes: neither less nor more of it is better
$ coldfleet compare a.db --tolerance much
? 2
! error: --tolerance is a percentage from 0 on, e.g. 2, not 'much'
$ coldfleet compare a.db --alpha 5
? 2
! error: --alpha is between 0 and 1, e.g. 0.05, not '5'
$ coldfleet compare a.db b.db --baseline always-local
? 2
! error: --baseline is for one database; of two the first is what the second is held against
$ coldfleet run scenarios/quickstart.yaml -q --seed 2 -o other.db; coldfleet compare a.db other.db
? 2
! error: no run of other.db has a partner in a.db: pairs have scenario, label of the point, policy, replication and seed in common; --unpaired compares without pairs
$ coldfleet compare a.db nofile.db
? 7
! error: nofile.db: there is no such file
$ coldfleet compare
? 2
! error: an argument is missing
! usage: coldfleet compare <...>
