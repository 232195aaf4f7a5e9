# Threads change nothing in the database; a seed changes everything.
$ coldfleet run scenarios/quickstart.yaml -q -o one.db -j 1 --reps 2; coldfleet run scenarios/quickstart.yaml -q -o three.db -j 3 --reps 2; cmp one.db three.db
$ coldfleet run scenarios/quickstart.yaml -q -o other.db --seed 2; coldfleet query one.db --format csv 'SELECT hex(digest) FROM run WHERE rep=0' >a; coldfleet query other.db --format csv 'SELECT hex(digest) FROM run' >b; cmp -s a b
? 1
# More replications leave the first ones as they are.
$ coldfleet run scenarios/quickstart.yaml -q -o more.db --reps 1; coldfleet query more.db --format csv 'SELECT * FROM run' >a; coldfleet query one.db --format csv 'SELECT * FROM run WHERE rep=0' >b; cmp a b
$ coldfleet query one.db --format csv 'SELECT run_id, policy, rep FROM run ORDER BY run_id'
> run_id,policy,rep
> 1,always-local,0
> 2,confidence-threshold,0
> 3,always-local,1
> 4,confidence-threshold,1
