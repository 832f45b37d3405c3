"""Somebody without a mouse: from one control to the next by Tab, and at each the focus is to be seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

MOST = 250
LOOK = """selector => {
  const at = document.activeElement;
  if (!at || at === document.body) return { on: "", here: false, seen: true, inside: true };
  const style = getComputedStyle(at);
  const ring = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
  const boxes = [...at.getClientRects()].filter((box) => box.width > 0 && box.height > 0);
  // the middle of a crooked county on a map may be its neighbour's: some point of the box must be its own
  const hit = (box) => [0.5, 0.3, 0.7].some((x) => [0.5, 0.3, 0.7].some((y) => {
    const top = document.elementFromPoint(box.x + box.width * x, box.y + box.height * y);
    return top && (at.contains(top) || top.contains(at));
  }));
  return { on: at.outerHTML.slice(0, 140), here: at.matches(selector), seen: ring, inside: boxes.some(hit) };
}"""


@dataclass
class Keyboard:
    """``page`` used by keys alone. Every step checks that the focus is visible and not hidden behind something."""

    page: Page

    def __post_init__(self) -> None:
        self.page.emulate_media(reduced_motion="reduce")  # rings appear at once

    def step(self, selector: str = "*", key: str = "Tab") -> dict[str, Any]:
        self.page.keyboard.press(key)
        found: dict[str, Any] = self.page.evaluate(LOOK, selector)
        assert found["seen"], f"the focus is not to be seen on {found['on']} of {self.page.url}"
        assert found["inside"], f"the focus is out of sight on {found['on']} of {self.page.url}"
        return found

    def to(self, selector: str, key: str = "Tab") -> None:
        """Tab until the control is reached; a page that holds the focus back is found by going on too long."""
        for _step in range(MOST):
            if self.step(selector, key)["here"]:
                return
        raise AssertionError(f"{selector} is not reached by {key} on {self.page.url}")

    def write(self, selector: str, text: str) -> None:
        self.to(selector)
        self.page.keyboard.insert_text(text)

    def press(self, selector: str, key: str = "Enter") -> None:
        """Go to a button or link and press it; the page that follows is there afterwards."""
        self.to(selector)
        with self.page.expect_navigation():
            self.page.keyboard.press(key)

    def choose(self, selector: str, value: str) -> None:
        """A choice made by the arrows."""
        self.to(selector)
        self.page.keyboard.press("Home")
        for _step in range(MOST):
            if self.page.evaluate("() => document.activeElement.value") == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{selector} has no choice {value}")

    def round(self) -> int:
        """Once through the whole page and out of it; how many stops there were. A trap never ends."""
        for count in range(MOST):
            if self.step()["on"] == "":
                return count
        raise AssertionError(f"the focus never leaves {self.page.url}")
