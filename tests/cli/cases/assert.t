# A failed assertion: exit code 4, with column, figure, limit, run and place; the results stay.
$ coldfleet run scenarios/quickstart.yaml -q --set 'assert.accuracy={min: 2, policy: always-local}'
? 4
! <...>error: assertion failed: accuracy is <#> in run 1 (always-local), below the limit 2
! <...>
$ coldfleet query out/quickstart.db --format csv 'SELECT count(*) FROM run WHERE status='"'done'"
> count(*)
> 2
# A figure that is not defined cannot be said to hold.
$ coldfleet run scenarios/quickstart.yaml -q --set 'assert.heard={min: 0.1, policy: always-local}'
? 4
! <...>error: assertion failed: heard_frac is not defined in run 1 (always-local)
! <...>
