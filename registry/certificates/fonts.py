"""The fonts of a certificate: made once at set-up from an npm package, never committed, always embedded.

reportlab embeds TrueType outlines only, and no single free font draws everything a certificate needs. So Noto Sans SC
(the package ``@fontsource/noto-sans-sc``, OFL-1.1) is unpacked to TrueType, its regional slices are merged into the
main cut (13,655 characters instead of 7,946: the hanzi of place and family names live there), and DejaVu Sans, which
comes inside matplotlib, lies beside it for symbols. Which face draws a character is decided per character, and only
a glyph with an outline counts: some fonts list characters that they then draw blank.

The same package and the same fontTools give the same bytes on every machine, so a certificate drawn again years later
can be compared byte for byte; :func:`identity` is what has to be kept for that.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import tempfile
import unicodedata
from functools import lru_cache
from pathlib import Path

import reportlab
from fontTools.ttLib import TTFont, newTable
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont as EmbeddedFont

PACKAGE = "@fontsource/noto-sans-sc"
MADE = {"NotoSansSC-Regular.ttf": 400, "NotoSansSC-Bold.ttf": 700}
COPIED = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSansMono.ttf")
STAMP = "fonts.json"
RECIPE = 1  # raise it when the making changes, so that an old directory is made anew
KEPT_TABLES = {"head", "hhea", "maxp", "OS/2", "hmtx", "cmap", "loca", "glyf", "name", "post"}

# For each way of writing, the faces in the order in which they are asked for a character.
STACKS = {
    "regular": ("NotoSansSC-Regular.ttf", "DejaVuSans.ttf"),
    "bold": ("NotoSansSC-Bold.ttf", "DejaVuSans-Bold.ttf", "DejaVuSans.ttf"),
    "mono": ("DejaVuSansMono.ttf", "NotoSansSC-Regular.ttf", "DejaVuSans.ttf"),
}


class FontsMissing(Exception):  # noqa: N818  said to an operator, with what to do
    """The font directory is empty or incomplete: the set-up step that makes the fonts has not run."""

    def __init__(self, directory: Path, name: str) -> None:
        self.zh = f"证书字体目录 {directory} 中没有 {name}。请先运行 python manage.py prepare。"
        self.en = f"The certificate fonts in {directory} lack {name}. Run python manage.py prepare first."
        super().__init__(self.en)


class MissingGlyph(Exception):  # noqa: N818  said to the person who typed the name
    """No font of the certificate draws this character. ``character`` holds it, ``text`` where it stood."""

    def __init__(self, character: str, text: str) -> None:
        self.character, self.text = character, text
        name = unicodedata.name(character, "")
        label = f"U+{ord(character):04X}" + (f" {name}" if name else "")
        shown = character if character.isprintable() else ""
        self.zh = (
            f"证书字体不含字符“{shown}”（{label}），出现在“{text}”中。请改用可替代的写法，例如同义的通用规范汉字。"
        )
        self.en = (
            f'No certificate font draws the character "{shown}" ({label}) in "{text}". '
            "Write it another way, for example with the common form of the character."
        )
        super().__init__(self.en)


# --- making -----------------------------------------------------------------------------------------------------


def build_fonts(node_modules: Path, target: Path) -> dict[str, str]:
    """Make every font of the certificates in ``target``; returns file name -> SHA-256.

    ``node_modules`` is where npm put the package. Quick when nothing changed; a half-made directory is never left
    (each file is written aside and moved into place, the stamp last). Raises FileNotFoundError when a source is absent.
    """
    package = node_modules / PACKAGE
    version = json.loads((package / "package.json").read_text(encoding="utf-8"))["version"]
    recipe = {"recipe": RECIPE, "package": f"{PACKAGE} {version}"}
    made = _already_made(target, recipe)
    if made is not None:
        return made
    target.mkdir(parents=True, exist_ok=True)
    digests = {}
    for name, weight in MADE.items():
        digests[name] = _put(target / name, lambda path, w=weight, n=name: _make_noto(package, w, n, path))
    for name in COPIED:
        source = _matplotlib_fonts() / name
        digests[name] = _put(target / name, lambda path, s=source: shutil.copyfile(s, path))
    stamp = json.dumps({**recipe, "sha256": digests}, indent=1, sort_keys=True)
    _put(target / STAMP, lambda path: path.write_text(stamp, encoding="utf-8"))
    return digests


def identity(fonts_dir: Path) -> dict[str, str]:
    """What the bytes of a drawing depend on besides its record: reportlab's version and the fonts' SHA-256."""
    files = {name: _sha256(_present(fonts_dir, name)) for name in (*MADE, *COPIED)}
    return {"reportlab": reportlab.__version__, **files}


def _already_made(target: Path, recipe: dict[str, object]) -> dict[str, str] | None:
    try:
        stamp = json.loads((target / STAMP).read_text(encoding="utf-8"))
        digests: dict[str, str] = stamp.pop("sha256")
        same = stamp == recipe and all(_sha256(target / name) == digest for name, digest in digests.items())
    except (OSError, ValueError, KeyError, AttributeError):
        return None
    return digests if same and set(digests) == {*MADE, *COPIED} else None


def _put(path: Path, write) -> str:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".making-", suffix=path.suffix)
    os.close(handle)
    aside = Path(name)
    try:
        write(aside)
        aside.chmod(0o644)
        digest = _sha256(aside)
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)
    return digest


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _matplotlib_fonts() -> Path:
    found = importlib.util.find_spec("matplotlib")  # located, not imported: importing it costs half a second
    if found is None or found.origin is None:
        raise FileNotFoundError("matplotlib is not installed: its DejaVu fonts are needed for certificates")
    return Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"


def _make_noto(package: Path, weight: int, name: str, path: Path) -> None:
    # .woff and .woff2 hold the same outlines; .woff unpacks in C, .woff2 in Python (20 times slower).
    main = package / "files" / f"noto-sans-sc-chinese-simplified-{weight}-normal.woff"
    font = TTFont(main, recalcTimestamp=False, recalcBBoxes=False)
    for slice_path in sorted(package.glob(f"files/*-{weight}-normal.woff")):
        if slice_path != main:
            _merge(font, TTFont(slice_path))
    for table in set(font.keys()) - KEPT_TABLES - {"GlyphOrder"}:
        del font[table]
    _name(font, name.removesuffix(".ttf"))
    font.flavor = None
    font.save(path, reorderTables=True)


def _merge(font: TTFont, piece: TTFont) -> None:
    """Move the glyphs of characters that ``font`` lacks over from ``piece`` (same design, same units per em)."""
    if piece["head"].unitsPerEm != font["head"].unitsPerEm:
        raise ValueError(f"{PACKAGE} changed its units per em: the slices cannot be merged")
    have = font.getBestCmap()
    # The plain dictionaries of unread glyphs: asking the table itself would unpack every outline into Python objects.
    glyphs, new_glyphs = font["glyf"].glyphs, piece["glyf"].glyphs
    widths, new_widths = font["hmtx"], piece["hmtx"]
    subtables = [table for table in font["cmap"].tables if table.isUnicode()]
    new_names = []
    for code, glyph_name in sorted(piece.getBestCmap().items()):
        glyph = new_glyphs[glyph_name]
        if code in have or _is_composite(glyph):
            continue
        new_name = f"merged{code:05X}"
        new_names.append(new_name)
        glyphs[new_name] = glyph
        widths[new_name] = new_widths[glyph_name]
        for table in subtables:
            if code <= 0xFFFF or table.format == 12:
                table.cmap[code] = new_name
    order = [*font.getGlyphOrder(), *new_names]
    font.setGlyphOrder(order)
    font["glyf"].setGlyphOrder(order)


def _is_composite(glyph) -> bool:
    contours = int.from_bytes(getattr(glyph, "data", b"")[:2], "big", signed=True)
    return contours < 0  # points into its own font's glyphs: there is none in the present package


def _name(font: TTFont, postscript_name: str) -> None:
    # The package calls every weight "NotoSansSCThin-Regular"; two weights need two names inside one PDF.
    font["name"] = newTable("name")
    font["name"].names = []
    family, style = postscript_name.split("-")
    for name_id, text in ((1, family), (2, style), (4, postscript_name), (6, postscript_name)):
        font["name"].setName(text, name_id, 3, 1, 0x409)


# --- choosing ---------------------------------------------------------------------------------------------------


GETA = "\u3013"


class Face:
    """One font file, registered for embedding; knows which characters it really draws."""

    def __init__(self, path: Path, registered_name: str) -> None:
        self.name = registered_name
        font = TTFont(path, lazy=True)
        self._glyph_of = {code: font.getGlyphID(name) for code, name in font.getBestCmap().items()}
        self._offsets = font["loca"].locations
        self._embedded = EmbeddedFont(registered_name, str(path))
        pdfmetrics.registerFont(self._embedded)

    def draws(self, character: str) -> bool:
        """True when the character has a glyph with an outline, or is a space that has a width here."""
        glyph = self._glyph_of.get(ord(character))
        if glyph is None:
            return False
        outlined = self._offsets[glyph + 1] > self._offsets[glyph]
        return outlined or unicodedata.category(character) == "Zs"

    def width(self, text: str, size: float) -> float:
        """Width in points of ``text`` set in this face at ``size`` points."""
        return self._embedded.stringWidth(text, size)


class FontBook:
    """The faces of one font directory. Get it from :func:`open_fonts`."""

    def __init__(self, directory: Path) -> None:
        key = hashlib.sha256(str(directory.resolve()).encode()).hexdigest()[:8]
        self._faces = {}
        for name in (*MADE, *COPIED):
            path = _present(directory, name)
            stat = path.stat()
            self._faces[name] = Face(path, f"{name}-{key}-{stat.st_mtime_ns}-{stat.st_size}")
        self._choice: dict[tuple[str, str], Face | None] = {}
        self._split = lru_cache(maxsize=20_000)(self._runs)  # a line is measured many times before it is drawn

    def _face(self, stack: str, character: str) -> Face | None:
        key = (stack, character)
        if key not in self._choice:
            faces = (self._faces[name] for name in STACKS[stack])
            self._choice[key] = next((face for face in faces if face.draws(character)), None)
        return self._choice[key]

    def runs(self, text: str, stack: str) -> tuple[tuple[Face, str], ...]:
        """Split ``text`` into pieces that one face draws; raises :class:`MissingGlyph` for what none draws."""
        return self._split(text, stack)

    def _runs(self, text: str, stack: str) -> tuple[tuple[Face, str], ...]:
        pieces: list[tuple[Face, str]] = []
        for character in text:
            face = self._face(stack, character)
            if face is None:
                raise MissingGlyph(character, text)
            if pieces and pieces[-1][0] is face:
                pieces[-1] = (face, pieces[-1][1] + character)
            else:
                pieces.append((face, character))
        return tuple(pieces)

    def undrawable(self, text: str) -> tuple[str, ...]:
        """The characters of ``text`` that no face draws, each once, for a message at data entry."""
        clean = unicodedata.normalize("NFC", " ".join(text.split()))
        found = [c for c in clean if any(self._face(stack, c) is None for stack in STACKS)]
        return tuple(dict.fromkeys(found))

    def with_marks(self, text: str) -> str:
        """The text with a geta mark for each character that no face draws; the attached record keeps the character."""
        for character in self.undrawable(text):
            text = text.replace(character, GETA)
        return text

    @property
    def first(self) -> Face:
        return self._faces["NotoSansSC-Regular.ttf"]


def open_fonts(fonts_dir: Path) -> FontBook:
    """The font book of a directory, read once per process and again when its files change."""
    stamps = tuple(_present(fonts_dir, name).stat().st_mtime_ns for name in (*MADE, *COPIED))
    return _open(fonts_dir.resolve(), stamps)


@lru_cache(maxsize=4)
def _open(directory: Path, _stamps: tuple[int, ...]) -> FontBook:
    return FontBook(directory)


def _present(directory: Path, name: str) -> Path:
    path = directory / name
    if not path.is_file():
        raise FontsMissing(directory, name)
    return path
