# Wrong command lines: exit code 2, one clear line, the nearest word.
$ coldfleet qeury x.db
? 2
! error: unknown command 'qeury' (did you mean 'query'?)
$ coldfleet elephant
? 2
! error: unknown command 'elephant' (`coldfleet help` lists the commands)
$ coldfleet help docter
? 2
! error: unknown command 'docter' (did you mean 'doctor'?)
$ coldfleet run --ouptut x.db scenarios/quickstart.yaml
? 2
! error: unknown flag --ouptut (did you mean --output?)
! usage: coldfleet run <...>
$ coldfleet run
? 2
! error: an argument is missing
! usage: coldfleet run <...>
$ coldfleet run scenarios/quickstart.yaml --threads 0
? 2
! error: --threads must be at least 1, not 0
! usage: <...>
$ coldfleet run scenarios/quickstart.yaml --reps many
? 2
! error: --reps takes a whole number, not 'many'
! usage: <...>
$ coldfleet show a.yaml b.yaml
? 2
! error: one argument too many: 'b.yaml'
! usage: <...>
$ coldfleet show scenarios/quickstart.yaml --explain seed --resolved
? 2
! error: --resolved or --explain, not both
$ coldfleet cite x.db --status Q
? 2
! error: --status is made of the letters V, M, A, S, not 'Q'
$ coldfleet query x.db
? 2
! usage: coldfleet query <...>
! error: a database and the SQL are needed
$ coldfleet query x.db 'SELECT 1' --format xml
? 2
! error: --format is table, csv, json or md, not 'xml'
$ coldfleet schema devic
? 2
! error: no schema 'devic' (did you mean 'device'?)
