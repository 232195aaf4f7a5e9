$ coldfleet doctor
> program coldfleet <...>
> compiler <...>
> GSL <...>
> SQLite ok <...>
> libyaml <...>
> SLEEF <...>
> system <...>
> cores <#> online
> CPU <...>
> math_id ok <...>, as the published digests
> models ok models
> saved queries ok analysis/queries
> results go to ok ./out
> all is well
$ coldfleet doctor --models nowhere
? 4
> <...>
> models NOT OK --models: nowhere is not a directory
> <...>
> 1 problem
