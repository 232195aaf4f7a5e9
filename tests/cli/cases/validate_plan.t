# A plan is known by its key `scenario`; its errors are in tests/cli/bad-plans.
$ coldfleet validate scenarios/plans/smallest-capacitor.yaml scenarios/quickstart.yaml
> scenarios/plans/smallest-capacitor.yaml: valid: 6 points, 48 runs
> scenarios/quickstart.yaml: valid
$ coldfleet validate scenarios/plans/tune-thresholds.yaml --estimate
> scenarios/plans/tune-thresholds.yaml: valid: 1 point, 12 runs to 48, 64 trials before
>   predicted for 12 runs:
>     events         <#> M
>     database size  <#> kB
$ coldfleet validate scenarios/plans/panel-by-night.yaml --json --estimate | tr -d ' \n'
> [{"file":"scenarios/plans/panel-by-night.yaml","valid":true,"messages":[],"errors":0,"warnings":0,"points":23,"policies":2,"runs":92,"most_runs":92,"trials":0,"estimate":{"events":<#>,"database_bytes":<#>}}]
$ coldfleet validate scenarios/plans/smallest-capacitor.yaml --quiet
$ coldfleet validate scenarios/plans/smallest-capacitor.yaml --set seed=2
? 2
! error: scenarios/plans/smallest-capacitor.yaml is a plan: --set changes scenarios, a plan has the key 'set'
