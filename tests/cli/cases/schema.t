$ coldfleet schema --list
> scenario
> plan
> device
> <...>
> db
# Every kind prints one JSON object.
$ for k in $(coldfleet schema --list); do coldfleet schema $k >j; echo "$(head -c 1 j)$(tail -c 2 j)"; done | sort -u
> {}
$ coldfleet schema plan | grep -c '^"where"\|^"max_reps"'
> 2
$ coldfleet schema --markdown | head -n 1
> # <...>
$ coldfleet schema db --markdown | head -n 1
> # <...>
$ coldfleet schema db --sql | grep -c 'CREATE TABLE run'
> <#>
