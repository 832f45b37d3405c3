from django.conf import settings

from registry.certificates.fonts import STAMP, build_fonts
from registry.core.preparation import step


@step("certificate fonts", order=30)
def certificate_fonts() -> str | None:
    stamp = settings.FONTS_DIR / STAMP
    before = stamp.stat().st_mtime_ns if stamp.is_file() else None
    build_fonts(settings.NODE_MODULES, settings.FONTS_DIR)
    return None if before == stamp.stat().st_mtime_ns else "证书字体已生成 / the fonts of the certificates were made"
