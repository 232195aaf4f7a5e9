# A small run prints all parts of the report, on stdout; progress goes to stderr.
$ coldfleet run scenarios/quickstart.yaml --set fleet.sensors.count=4 --threads 2
> scenarios/quickstart.yaml: 4 sensors, 1 gateway, greensboro, 2 d from 2026-03-01, 2 policies
>
> What is scarce (have : need) sun night own heat channel
>   always-local <#> : 1 <#> : 1 <#> % <#> % <...>
>   confidence-threshold <#> : 1 <#> : 1 <#> % <#> % <...>
>
> How it went loss/1000 missed false/node down heard local node mJ each
>   always-local <#> <#> <#> <#> % - 100.0 % <#><...>
>   confidence-threshold <#> <#> <#> <#> % <...> <#> % <#><...>
>
> Where the joules went (sensors, <...>) stored by hour <...>
>   harvested <#> <...>Wh = spilled when full <#> + kept <#>
> <...>
>   beside them the gateway drew <#> Wh:
> <...>
> Whose degrees (sensors, <...>)
>   sun <#> <...>over the air
>   thermal budget <#> W, <#> % used; hottest <#> degC, throttles above 85.0
>
> Books close to <#>, heat to <#>. Digest of all 2 runs <...>.
> <#> constants: <#> read in a source, <#> measured, <#> assumed, <#> set by this scenario.
>
> Who really pays for one decision, in mJ?
> $ coldfleet query out/quickstart.db \
>   'SELECT tier, account, mj FROM v_decision_cost WHERE run_id=<#> ORDER BY mj DESC LIMIT 3'
> tier account mj
> <...>
> hub idle <#>
> <...>
> Next: coldfleet cite out/quickstart.db --status A <...>
>       coldfleet query out/quickstart.db --list <...>
>       coldfleet show scenarios/quickstart.yaml --explain seed <...>
! [##############################] 2/2 runs <#> <...>events <#> s on 2 cores -> out/quickstart.db
# The default database is replaced without a question; a named one is not.
$ coldfleet run scenarios/quickstart.yaml -q
$ coldfleet run scenarios/quickstart.yaml -q -o named.db
$ coldfleet run scenarios/quickstart.yaml -q -o named.db
? 7
! error: named.db: exists; <...> --force to replace it
! nothing was run, because named.db cannot be made
$ coldfleet run scenarios/quickstart.yaml -q -o named.db --force
# Another program's file is never replaced.
$ echo important >other.db; coldfleet run scenarios/quickstart.yaml -q -o other.db --force; echo $?; cat other.db
> 7
> important
! error: other.db: <...>
! nothing was run, because other.db cannot be made
# No line is wider than a page.
$ coldfleet run scenarios/agriculture.yaml --set duration=1h 2>/dev/null | awk 'length > 100'
