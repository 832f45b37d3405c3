from django.conf import settings

from registry.certificates import keys
from registry.certificates.fonts import STAMP, build_fonts
from registry.certificates.signing import KEY_FILE
from registry.core.preparation import step


@step("certificate fonts", order=30)
def certificate_fonts() -> str | None:
    stamp = settings.FONTS_DIR / STAMP
    before = stamp.stat().st_mtime_ns if stamp.is_file() else None
    build_fonts(settings.NODE_MODULES, settings.FONTS_DIR)
    return None if before == stamp.stat().st_mtime_ns else "证书字体已生成 / the fonts of the certificates were made"


@step("demonstration key", order=40)
def demonstration_key() -> str | None:
    """The key that signs certificates of a demonstration; production brings its own."""
    if settings.PRODUCTION or (settings.KEYS_DIR / KEY_FILE).exists():
        return None
    keys.signing_key()
    return "演示签名密钥已生成 / the demonstration's signing key was made"
