$ coldfleet doctor
> program coldfleet <...>
> compiler <...>
> GSL <...>
> SQLite ok <...>
> SQLite's build ok mathematical functions, safe with threads; <#> files attached at most
> libyaml <...>
> SLEEF <...>
> system <...>
> cores <#> online
> CPU <...>
> math_id ok <...>, as the published digests
> models ok models
> saved queries ok analysis/queries
> <...>
> results go to ok ./out
> free space ok <...>B there
> Slurm <...>
> <...>
> all is well
# What is missing is named, with what goes without it, and is no problem.
$ PATH=/nowhere "$(command -v coldfleet)" doctor | sed -n '/^Slurm/,$p'
> Slurm missing no sbatch here, so sweeps run on this machine alone; for a cluster work on
> one of its login nodes, or install Slurm's client (Debian: slurm-client)
> all is well
$ COLDFLEET_WEB=nowhere coldfleet doctor | grep "^report's scripts"
> report's scripts missing COLDFLEET_WEB: nowhere is not a directory
$ COLDFLEET_WEB=nowhere coldfleet doctor --json | sed -n '/report.s scripts/,/}/p'
>   "report's scripts": {
>     "value": "COLDFLEET_WEB: nowhere is not a directory",
>     "state": "missing"
>   },
$ coldfleet doctor --models nowhere
? 4
> <...>
> models NOT OK --models: nowhere is not a directory
> <...>
> 1 problem
# A program called sbatch says its version; a broken one is as good as none.
$ mkdir bin; printf '#!/bin/sh\necho slurm 99.1\n' >bin/sbatch; chmod +x bin/sbatch; PATH=$PWD/bin:$PATH coldfleet doctor | grep ^Slurm
> Slurm ok slurm 99.1
$ printf '#!/bin/sh\nexit 3\n' >bin/sbatch; PATH=$PWD/bin:$PATH coldfleet doctor | grep -c '^Slurm *missing'
> 1
$ coldfleet doctor | awk 'length > 100'
