$ coldfleet show scenarios/quickstart.yaml --explain fleet.sensors.count --set fleet.sensors.count=7
> fleet.sensors.count = 7
> <...>
$ coldfleet show scenarios/quickstart.yaml --explain fleet.sensor.count
? 2
! error: <...>(did you mean 'sensors'?)
# What is shown as resolved is a scenario again, and the same one (the comments say what was a default).
$ coldfleet show scenarios/quickstart.yaml >a.yaml && coldfleet show a.yaml >b.yaml && sed 's/ *#.*//' a.yaml >a.txt && sed 's/ *#.*//' b.yaml | diff a.txt -
$ coldfleet run scenarios/quickstart.yaml -q -o a.db && coldfleet run a.yaml -q -o b.db && coldfleet query a.db 'SELECT hex(digest) FROM run' >a && coldfleet query b.db 'SELECT hex(digest) FROM run' >b && cmp a b
