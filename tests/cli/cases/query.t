$ coldfleet run scenarios/quickstart.yaml -q
$ coldfleet query out/quickstart.db 'SELECT run_id, policy, status, heard_frac FROM run WHERE run_id=1'
> run_id policy status heard_frac
> ------ ------------ ------ ----------
> 1 always-local done
$ coldfleet query out/quickstart.db --format csv 'SELECT run_id, heard_frac, policy FROM run WHERE run_id=1'
> run_id,heard_frac,policy
> 1,,always-local
$ coldfleet query out/quickstart.db --param run=2 --format csv 'SELECT policy FROM run WHERE run_id=:run'
> policy
> confidence-threshold
$ coldfleet query out/quickstart.db --param 2 'SELECT 1'
? 2
! error: --param takes NAME=VALUE, not '2'
# Read-only, whatever is asked.
$ coldfleet query out/quickstart.db 'DELETE FROM run'
? 2
! error: the query may only read: <...>
$ coldfleet query out/quickstart.db "ATTACH 'x.db' AS x"; ls x.db
? 2
! error: <...>
! ls: <...>
$ coldfleet query out/quickstart.db 'SELECT policy, los FROM run'
? 2
! SQL:1:16: error: no such column: los
! <...>
$ coldfleet query nofile.db 'SELECT 1'
? 7
! error: nofile.db: there is no such file
$ echo hello >text.db; coldfleet query text.db 'SELECT 1'
? 7
! error: text.db: is not a coldfleet database
# Saved questions: each one is listed with what it answers, and each one runs.
$ coldfleet query --list | grep -c '^[a-z-]* *[A-Z]' | grep -qvx 0
$ for q in $(coldfleet query --list | cut -d' ' -f1); do coldfleet query out/quickstart.db --saved "$q" >/dev/null || echo "$q"; done
$ coldfleet query out/quickstart.db --saved coldes
? 2
! error: there is no saved query 'coldes' (did you mean 'coldest'?)
$ coldfleet query out/quickstart.db --saved coldest 'SELECT 1'
? 2
! usage: <...>
! error: --saved takes a database and no SQL
