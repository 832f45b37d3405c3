"""The engine's version, asked without loading the engine before it is needed."""


def engine_version() -> str:
    from calculations.engine import ENGINE_VERSION  # noqa: PLC0415

    return ENGINE_VERSION
