"""The commands of `python -m calculations`, a module each.

A module has `register(commands, shared)`, which adds its parser with `set_defaults(run=...)`; `run(options)` returns
an exit status of `calculations.commands.status`. `options.lang` is "zh" or "en"; a `CalculationError` that it lets
pass is printed in that language by `calculations.__main__`, as is an `options.path` that does not exist.
"""
