$ coldfleet validate scenarios/*.yaml
> scenarios/actuator.yaml: valid
> <...>
$ coldfleet validate -q scenarios/*.yaml
$ coldfleet validate scenarios/quickstart.yaml --estimate
> scenarios/quickstart.yaml: valid
>   predicted for 2 runs, one per policy:
>     events <#> <...>
>     memory <#> <...>B in each run = 10 nodes x <#> B (record <#>, site <#>, hub <#>, engine <#>)
>     database rows <#> of nodes, <#> of series, <#> <...>of decisions
>     database size <#> <...>B, and about <#> B for each power event (brown-out, throttle)
# All errors at once, with the place, the line and a caret.
$ coldfleet validate scenarios/quickstart.yaml --set duration=3 --set fleet.sensors.cout=4
? 3
! --set#1:10: error: <...>'3' has no unit<...>
!   duration=3
!            ^
! --set#2:15: error: unknown key 'cout' in 'fleet.sensors' (did you mean 'count'?)
!   fleet.sensors.cout=4
!                 ^
$ coldfleet validate nofile.yaml
? 7
! error: cannot read 'nofile.yaml': No such file or directory
