"""Fonts: made the same on every machine; every glyph has ink; what cannot be drawn is refused by name."""

from functools import cache

import pytest
import reportlab
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from registry.certificates import fonts
from registry.certificates.drawing import draw, words
from registry.certificates.drawing.plain import Bilingual
from tests.registry.certificates import sample

DIGITS_AND_UNITS = (
    "0123456789.−+ %·—–/:()abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    + "CO₂HCO₃⁻Ca²⁺Mg²⁺SO₄²⁻NO₃⁻ km⁻² a⁻¹ m³/s µS/cm °C ℃ κ δ ‰ ≤ ≥ ± × Ω"
)


def words_of_the_templates() -> list[str]:
    found = []
    for name, value in vars(words).items():
        for item in value.values() if isinstance(value, dict) and name.isupper() else [value]:
            if isinstance(item, Bilingual):
                found += [item.zh, item.en]
            elif isinstance(item, str) and name.isupper():
                found.append(item)
    return found


def test_the_templates_have_words_to_look_at():
    assert len(words_of_the_templates()) > 60


@cache
def opened() -> dict[str, TTFont]:
    return {name: TTFont(sample.fonts_dir() / name, lazy=True) for name in (*fonts.MADE, *fonts.COPIED)}


@pytest.mark.parametrize("stack", sorted(fonts.STACKS))
def test_every_glyph_of_the_templates_has_ink(stack):
    book = fonts.open_fonts(sample.fonts_dir())
    glyphs = {name: font.getGlyphSet() for name, font in opened().items()}
    cmaps = {name: font.getBestCmap() for name, font in opened().items()}
    looked_at = set()
    for text in [*words_of_the_templates(), DIGITS_AND_UNITS]:
        for face, run in book.runs(text, stack):
            name = next(name for name in glyphs if face.name.startswith(name))
            for character in set(run) - looked_at - {" "}:
                pen = BoundsPen(glyphs[name])
                glyphs[name][cmaps[name][ord(character)]].draw(pen)
                assert pen.bounds is not None, f"{character!r} is blank in {face.name}"
                looked_at.add(character)
    assert len(looked_at) > 250


def test_a_damaged_directory_is_made_again_with_the_same_bytes(tmp_path):
    for path in sample.fonts_dir().iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "NotoSansSC-Bold.ttf").write_bytes(b"half")
    regular_before = (tmp_path / "NotoSansSC-Regular.ttf").stat().st_ino
    made = fonts.build_fonts(sample.ROOT / "node_modules", tmp_path)
    assert (tmp_path / "NotoSansSC-Regular.ttf").stat().st_ino != regular_before
    assert {"reportlab": reportlab.__version__, **made} == fonts.identity(sample.fonts_dir())


def test_hanzi_of_place_names_outside_the_main_cut_are_drawn():
    assert fonts.open_fonts(sample.fonts_dir()).undrawable("氿溇龘镕濞") == ()


@pytest.mark.parametrize(
    ("character", "label"),
    [("㵲", "U+3D72"), ("𠮷", "U+20BB7"), ("\u202e", "U+202E RIGHT-TO-LEFT OVERRIDE"), ("\u200b", "U+200B")],
)
def test_a_character_that_no_font_draws_is_refused_by_name(character, label):
    text = f"黄平县{character}阳河"
    book = fonts.open_fonts(sample.fonts_dir())
    with pytest.raises(fonts.MissingGlyph) as refused:
        book.runs(text, "regular")
    assert refused.value.character == character
    assert label in refused.value.zh
    assert label in refused.value.en
    assert book.undrawable(text) == (character,)


def test_a_certificate_with_such_a_name_is_not_drawn():
    record = sample.issuance()
    county = Bilingual("黄平县㵲阳河", "Wuyang River, Huangping")
    with pytest.raises(fonts.MissingGlyph, match="U\\+3D72"):
        draw(sample.replace(record, place=sample.Place("522622", county)), sample.fonts_dir())


def test_a_glyph_without_outline_does_not_count(tmp_path):
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "A", "degree", "space"])
    builder.setupCharacterMap({ord("A"): "A", ord("℃"): "degree", ord(" "): "space"})
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    pen.lineTo((500, 700))
    pen.lineTo((500, 0))
    pen.closePath()
    empty = TTGlyphPen(None).glyph()
    builder.setupGlyf({".notdef": empty, "A": pen.glyph(), "degree": empty, "space": empty})
    builder.setupHorizontalMetrics(dict.fromkeys([".notdef", "A", "degree", "space"], (600, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Blank", "styleName": "Regular", "psName": "Blank-Regular"})
    builder.setupOS2()
    builder.setupPost()
    builder.save(tmp_path / "blank.ttf")
    face = fonts.Face(tmp_path / "blank.ttf", "blank")
    assert face.draws("A")
    assert face.draws(" ")
    assert not face.draws("℃")
    assert not face.draws("B")


def test_an_empty_font_directory_says_what_to_do(tmp_path):
    with pytest.raises(fonts.FontsMissing) as refused:
        draw(sample.issuance(), tmp_path)
    assert "prepare" in refused.value.en
    assert "prepare" in refused.value.zh
