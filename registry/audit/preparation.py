from django.conf import settings

from registry.audit import keys
from registry.core.preparation import step


@step("key of the audit log", order=40)
def log_key() -> str | None:
    """The key that signs the demonstration's checkpoints; production brings its own."""
    if settings.PRODUCTION or settings.LOG_SIGNING_KEY.exists():
        return None
    keys.make_key(settings.LOG_SIGNING_KEY, demo=True)
    return "审计日志的演示密钥已生成 / the demonstration's key of the audit log was made"
