$ coldfleet run scenarios/quickstart.yaml -q
# Assumed ones first, each with a value; the count agrees with the database.
$ coldfleet cite out/quickstart.db | head -n 1
> A: assumed (value, and the range that it may lie in)
$ coldfleet cite out/quickstart.db --status A | tail -n 1 | cut -d' ' -f1 >a; coldfleet query out/quickstart.db --format csv "SELECT assumed FROM run WHERE run_id=1" | tail -n 1 >b; diff a b
$ coldfleet cite out/quickstart.db --status V --run 1 | grep -c 'https\?://' | grep -qvx 0
$ coldfleet cite out/quickstart.db --run 99
? 2
! error: out/quickstart.db has no run 99
$ coldfleet cite nofile.db
? 7
! error: nofile.db: there is no such file
