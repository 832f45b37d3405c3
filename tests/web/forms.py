"""What a page offers and says: its forms with their fields, and every text that a reader meets on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
SILENT = {"script", "style", "code"}
SPOKEN_ATTRIBUTES = ("placeholder", "aria-label", "title", "alt", "value")


@dataclass
class Form:
    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    """Name -> value that it has when the page is opened; of a choice the first."""
    choices: dict[str, list[str]] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)


@dataclass
class Text:
    said: str
    language: str
    """The nearest ``lang`` around it; empty where people's own words stand, in whatever language they wrote them."""
    where: str


class Page(HTMLParser):
    """``Page(html).forms`` and ``.texts``."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.texts: list[Text] = []
        self.language = ""
        self._open: list[tuple[str, str]] = []
        self._form: Form | None = None
        self._select = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        language = values.get("lang", self._open[-1][1] if self._open else "")
        if tag == "html":
            self.language = language
        if tag not in VOID:
            self._open.append((tag, language))
        self._read_form(tag, values)
        for name in SPOKEN_ATTRIBUTES:
            spoken = name != "value" or (tag == "input" and values.get("type") in ("submit", "button"))
            if spoken and values.get(name, "").strip():
                self.texts.append(Text(" ".join(values[name].split()), language, f"{tag} {name}"))

    def _read_form(self, tag: str, values: dict[str, str]) -> None:
        if tag == "form":
            self._form = Form(values.get("action", ""), values.get("method", "get").lower())
            self.forms.append(self._form)
            return
        name = values.get("name", "")
        if self._form is None:
            return
        if tag == "option" and self._select:
            self._form.choices.setdefault(self._select, []).append(values.get("value", ""))
            if "selected" in values or self._select not in self._form.fields:
                self._form.fields[self._select] = values.get("value", "")
        elif name and tag == "select":
            self._select = name
        elif name and tag == "input" and values.get("type") == "file":
            self._form.files.add(name)
        elif (
            name and tag in ("button", "input") and values.get("type") in ("radio", "submit", None) and tag == "button"
        ) or (name and tag == "input" and values.get("type") == "radio"):
            self._form.choices.setdefault(name, []).append(values.get("value", ""))
        elif name and tag in ("input", "textarea"):
            self._form.fields[name] = values.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        if tag == "select":
            self._select = ""
        while self._open and any(name == tag for name, _ in self._open):
            if self._open.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        said = " ".join(data.split())
        if said and not any(tag in SILENT for tag, _ in self._open):
            tag, language = self._open[-1] if self._open else ("", "")
            self.texts.append(Text(said, language, tag))


@lru_cache(maxsize=128)
def read(html: str) -> Page:
    """The page, read once however many of its forms are looked for; what was read is not altered."""
    return Page(html)
