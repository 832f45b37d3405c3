"""``python -m tests.browser.screenshots``: the pictures of the manual, taken of a demonstration that is made for them.

``--address`` takes them of one that runs already (its data should be fresh). Pictures are cut to one screen and get a
small palette: the manual is for reading, the repository for cloning.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import django
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import gallery
from tests.browser.conftest import CHROMIUM, FLAGS, ROOT

FOLDER = ROOT / "docs" / "images"
COLOURS = 96
LOCALES = {"en": "en-US", "zh": "zh-CN"}
HEIGHT = 820
MINUTES = 10


@dataclass(frozen=True)
class Picture:
    """``name`` of the page at ``path``, or behind the first links from it that fit ``links``, as ``who`` sees it."""

    name: str
    language: str
    width: int
    who: str = ""
    path: str = "/"
    links: tuple[str, ...] = ()


EDITOR = {"en": "Developer's editor", "zh": "业主编辑"}
APPROVER = {"en": "Authority's approver", "zh": "省厅审核"}
VERIFIER = {
    "en": "Lead verifier Lead verifier",
    "zh": "核查组长 核查组长",
}  # person and role: a validator has the role, too
PICTURES = (
    Picture("home", "en", 1280),
    Picture("home", "zh", 1280),
    Picture("learn", "en", 1280, path="/learn/"),
    Picture("learn", "zh", 390, path="/learn/"),
    Picture("todo", "en", 1280, EDITOR["en"], "/to-do/"),
    Picture("period", "en", 1280, path="/cases/", links=(r"^/registry/p/.+/\d+/$", r"^/periods/\d+/$")),
    Picture("period", "zh", 1280, path="/cases/", links=(r"^/registry/p/.+/\d+/$", r"^/periods/\d+/$")),
    Picture("workbench", "en", 1280, VERIFIER["en"], "/to-do/", ("^/verification/", "/workbench/$")),
    Picture("docket", "en", 1280, APPROVER["en"], "/docket/"),
    Picture("holdings", "en", 1280, EDITOR["en"], "/credits/"),
)


def take(address: str) -> list[Path]:
    """All pictures; returns their files."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        files = [_keep(picture, _shown(browser, address, picture)) for picture in PICTURES]
        browser.close()
    return files


def _shown(browser: Browser, address: str, picture: Picture) -> bytes:
    context = browser.new_context(
        viewport={"width": picture.width, "height": HEIGHT},
        locale=LOCALES[picture.language],
        color_scheme="light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    if picture.who:
        page.goto(f"{address}/sign-in/")
        page.get_by_role("button", name=picture.who).first.click()
        page.wait_for_url("**/to-do/")
    _go(page, address + picture.path)
    for wanted in picture.links:
        hrefs = page.eval_on_selector_all("main a[href]", "links => links.map(a => a.getAttribute('href'))")
        found = next((href for href in hrefs if re.search(wanted, href)), None)
        if found is None:
            raise SystemExit(f"{page.url} has no link like {wanted} for {picture.who or 'the public'}")
        _go(page, address + found)
    taken = page.screenshot()
    context.close()
    return taken


def _go(page: Page, url: str) -> None:
    answer = page.goto(url, wait_until="networkidle")
    if answer is None or not answer.ok:
        raise SystemExit(f"{url}: {answer.status if answer else 'no answer'}")
    page.wait_for_selector("[data-hydrograph-box]:not([data-ready])", state="detached")


def _keep(picture: Picture, png: bytes) -> Path:
    file = FOLDER / f"{picture.language}_{picture.name}_{picture.width}.png"
    image = Image.open(io.BytesIO(png)).convert("RGB")
    if picture.width > 1000:  # half a retina screen is enough for a manual
        image = image.resize((960, round(image.height * 960 / image.width)), Image.Resampling.LANCZOS)
    image.quantize(COLOURS).save(file, optimize=True)
    return file


@contextmanager
def demonstration() -> Iterator[str]:
    """A new demonstration with a data folder of its own; it ends, and its data go, with the block."""
    with tempfile.TemporaryDirectory(prefix="kcr-pictures-") as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        env = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
        command = [sys.executable, "manage.py", "demo", "--port", str(port)]
        running = subprocess.Popen(command, cwd=ROOT, env={**env, "KCR_VAR": folder})
        try:
            yield _when_it_answers(f"http://127.0.0.1:{port}", running)
        finally:
            running.send_signal(signal.SIGTERM)
            running.wait(60)


def _when_it_answers(address: str, running: subprocess.Popen[bytes]) -> str:
    end = time.monotonic() + MINUTES * 60
    while time.monotonic() < end and running.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=10).close()
            return address
        except (urllib.error.URLError, OSError):
            time.sleep(1)
    raise SystemExit("the demonstration did not answer")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.browser.screenshots", description="Pictures of the manual.")
    parser.add_argument("--address", help="of a demonstration that runs already")
    parser.add_argument("--every", action="store_true", help="the gallery: a page of every kind, into docs/gallery")
    parser.add_argument("--anew", action="store_true", help="with --every: also pictures that lie there already")
    asked = parser.parse_args()
    if CHROMIUM is None:
        raise SystemExit("no Chromium on this machine (Debian: apt-get install chromium)")
    with nullcontext(asked.address.rstrip("/")) if asked.address else demonstration() as address:
        if asked.every:
            _gallery(address, anew=asked.anew)
            return
        files = take(address)
    for file in files:
        print(f"{file.relative_to(ROOT)}  {file.stat().st_size / 1024:.0f} KB")


def _gallery(address: str, *, anew: bool) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")
    django.setup()  # the names of the addresses are the kinds of page
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        pages = gallery.take_every(browser, address, anew=anew)
        browser.close()
    for line in gallery.offenders(pages):
        print(line)
    print(f"{(gallery.FOLDER / 'index.html').relative_to(ROOT)}: {len(pages)} pictures")


if __name__ == "__main__":
    main()
