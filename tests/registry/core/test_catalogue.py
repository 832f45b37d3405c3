import polib

from registry.core import catalogue


def test_no_string_reaches_a_person_untranslated():
    assert catalogue.untranslated() == []


def test_the_catalogue_has_no_string_that_nothing_uses():
    used = set(catalogue.collect())
    assert [entry.msgid for entry in polib.pofile(str(catalogue.catalogue_path())) if entry.msgid not in used] == []


def test_the_compiled_catalogue_is_fresh():
    path = catalogue.catalogue_path()
    source = {entry.msgid: entry.msgstr for entry in polib.pofile(str(path)) if entry.msgstr}
    compiled = {entry.msgid: entry.msgstr for entry in polib.mofile(str(path.with_suffix(".mo")))}
    assert compiled == source


def test_placeholders_survive_translation():
    import re

    holder = re.compile(r"%\(\w+\)s")
    for entry in polib.pofile(str(catalogue.catalogue_path())):
        assert sorted(holder.findall(entry.msgid)) == sorted(holder.findall(entry.msgstr)), entry.msgid
