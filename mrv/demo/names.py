"""The project's name as a person gave it to the walkthrough: short enough for the record, drawable on a certificate."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from mrv.demo.faults import Fault, Faulty
from mrv.demo.scene import Site
from registry.certificates.fonts import open_fonts
from registry.projects.models import Project


def site_named(zh: str | None, en: str | None) -> Site | None:
    """The site with the given names (one alone stands for both), None without any. Raises :class:`Faulty`."""
    given = [" ".join(name.split()) for name in (zh or en or "", en or zh or "")]
    if not any(given):
        return None
    longest = Project._meta.get_field("name_zh").max_length
    if any(len(name) > longest for name in given):
        raise Faulty(
            [
                Fault.of(
                    "NAME_TOO_LONG",
                    _("--name-zh, --name-en: a project's name has at most %(longest)s characters. Shorten it."),
                    longest=longest,
                )
            ]
        )
    return Site(given[0], given[1])


def refuse_undrawable(site: Site | None) -> None:
    """Raise :class:`Faulty` for characters that no font of the certificate draws. The fonts must be made."""
    if site is None:
        return
    missing = open_fonts(settings.FONTS_DIR).undrawable(site.zh + site.en)
    if missing:
        raise Faulty(
            [
                Fault.of(
                    "NAME_NOT_DRAWABLE",
                    _("--name-zh, --name-en: no font of the certificate draws %(characters)s. Write it another way."),
                    characters=" ".join(f"“{character}” (U+{ord(character):04X})" for character in missing),
                )
            ]
        )
