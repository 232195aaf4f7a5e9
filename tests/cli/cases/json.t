# Machine output: on stdout nothing but JSON.
$ coldfleet run scenarios/quickstart.yaml --json 2>/dev/null
> {
>   "version": "<...>",
>   "studies": [
>     {
>       "database": "out/quickstart.db",
>       "done": 2,
>       "failed": 0,
>       "unfinished": 0,
>       "runs": [
>         {
>           "run_id": 1,
> <...>
>           "status": "done",
>           "error": null,
>           "digest": "<...>",
>           "math_id": "<...>",
> <...>
>           "heard_frac": null,
> <...>
>       "assertions": [
> <...>
>           "column": "energy_residual",
>           "value": <#>,
>           "min": null,
>           "max": 1e-09,
>           "passed": true
> <...>
# SQLite agrees that it is JSON. Asked by a saved query, because an argument may not be as long.
$ for c in "run scenarios/quickstart.yaml --json" "cite out/quickstart.db --json" "validate scenarios/quickstart.yaml -e --json" "doctor --json" "schema scenario" "schema db" "query out/quickstart.db --json 'SELECT * FROM run'"; do eval "coldfleet $c" >j 2>/dev/null; { printf "SELECT json_valid('"; sed "s/'/''/g" j; printf "')"; } >valid.sql; COLDFLEET_QUERIES=. coldfleet query out/quickstart.db --saved valid --format csv | tail -n 1; done | sort | uniq -c
> 7 1
$ coldfleet doctor --json
> {
>   "program": {
>     "value": "coldfleet <...>"
>   },
> <...>
>   "problems": 0
> }
$ coldfleet validate scenarios/quickstart.yaml nofile.yaml --json
? 7
> [
>   {
>     "file": "scenarios/quickstart.yaml",
>     "valid": true,
>     "messages": [],
>     "errors": 0,
>     "warnings": 0
>   },
>   {
>     "file": "nofile.yaml",
>     "valid": false,
>     "messages": [
>       {
>         "severity": "error",
> <...>
>     "errors": 1,
>     "warnings": 0
>   }
> ]
