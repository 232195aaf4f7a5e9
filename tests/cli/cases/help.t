# Without a command: the overview and exit code 2; with --help: the same and 0.
$ coldfleet
? 2
> coldfleet simulates fleets of edge devices that are short of energy and of cold:
> <...>
> usage: coldfleet COMMAND ...
>
> Commands
>   run <...>
>   show <...>
>   query <...>
> <...>
>   doctor <...>
>
> More
> <...>
>   verify <...>
>
> Start here
> <...>
$ coldfleet --help | head -n 1
> coldfleet simulates fleets of edge devices that are short of energy and of cold:
$ coldfleet help | grep -c 'help --all'
> 1
$ coldfleet help --all
> <...>
> Plumbing
>   validate <...>
> <...>
>   probe <...>
> <...>
>   help <...>
> <...>
> Exit codes
> <...>
$ coldfleet help run
> coldfleet run: simulate scenarios, write a database, print what happened
> <...>
>   -o, --output DB <...>
> <...>
> example:
>   coldfleet run scenarios/quickstart.yaml <...>
$ coldfleet run --help | head -n 1
> coldfleet run: simulate scenarios, write a database, print what happened
$ coldfleet --version
> coldfleet <#>.<#>
# A command with parts: each part has a page.
$ coldfleet help probe | grep -c '^  probe '
> 10
$ coldfleet probe pv --help
> coldfleet probe pv: <...>
>
> usage: coldfleet probe pv <...>
>
>   -m, --model NAME <...>
>
> reads the columns (* must be there)
> * time_utc <...>
> <...>
> gives
>   aoi_deg <...>
> <...>
> example:
> <...>
