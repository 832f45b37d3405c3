"""The real stack (web, worker, beat as processes) and a headless Chromium that looks at it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.own_servers import migrate_from_template

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
SEED = """
from mrv.demo.world import ensure_world
from mrv.demo.project_stage import publish_methodologies
publish_methodologies(ensure_world())
"""


@dataclass(frozen=True)
class Server:
    """The running stack: where it answers, and the environment in which a command sees its services."""

    address: str
    env: dict[str, str]

    def shell(self, code: str) -> str:
        """What lines of Python, run beside the server, print."""
        command = [sys.executable, "manage.py", "shell", "-c", code]
        done = subprocess.run(command, cwd=ROOT, env=self.env, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout.strip()


@pytest.fixture(scope="session")
def address(server: Server) -> str:
    return server.address


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine (Debian: apt-get install chromium)")
    var = tmp_path_factory.mktemp("browser-var")
    migrate_from_template(var)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # Servers of its own: ``up`` refuses those of the test session, which may lose data in a power cut.
    env = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    env |= {"DEMO": "1", "KCR_VAR": str(var)}
    manage = [sys.executable, "manage.py"]
    with (var / "up.log").open("w+b") as log:
        up = subprocess.Popen(
            [*manage, "up", "--port", str(port)], cwd=ROOT, env=env, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            address = _when_it_answers(f"http://127.0.0.1:{port}", up, var / "up.log")
            running = Server(address, env)
            running.shell(SEED)
            yield running
        finally:
            up.send_signal(signal.SIGTERM)
            up.wait(60)


def _when_it_answers(address: str, up: subprocess.Popen[bytes], log: Path) -> str:
    for _attempt in range(120):
        if up.poll() is not None:
            break
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return address
        except OSError:
            time.sleep(0.5)
    raise AssertionError("up did not answer:\n" + log.read_text(errors="replace")[-3000:])


@dataclass
class People:
    """One browser window per person, all of them listened to."""

    browser: Browser
    address: str
    windows: dict[tuple[str, str, int], Page] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)

    def window(self, who: str = "", language: str = "en", width: int = 1280) -> Page:
        key = (who, language, width)
        if key not in self.windows:
            locale = {"en": "en-US", "zh": "zh-CN"}[language]
            page = self.browser.new_context(
                viewport={"width": width, "height": 900}, locale=locale, accept_downloads=True
            ).new_page()
            self._listen(page)
            if who:
                page.goto(f"{self.address}/sign-in/")
                page.get_by_role("button", name=who).first.click()
                page.wait_for_url("**/to-do/")
            self.windows[key] = page
        return self.windows[key]

    def _listen(self, page: Page) -> None:
        page.on("console", lambda said: self._heard(said.type, said.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda asked: self._stays_here(asked.url))
        page.on("response", lambda got: got.status >= 400 and self.complaints.append(f"{got.status} {got.url}"))

    def _heard(self, kind: str, text: str) -> None:
        # the browser repeats every answer from 400 on; the answers themselves are kept below, with their addresses
        if kind in ("error", "warning") and not text.startswith("Failed to load resource"):
            self.complaints.append(text)

    def _stays_here(self, url: str) -> None:
        if not url.startswith((self.address, "data:", "blob:")):
            self.complaints.append(f"left the server: {url}")


@pytest.fixture(scope="module")  # a loop left running would be in the way of whatever this process tests next
def people(address: str) -> Iterator[People]:
    # Playwright's loop runs in this thread; Django must not take the tests for asynchronous code.
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    expect.set_options(timeout=30_000)  # a busy machine is slow, not wrong
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        yield People(browser, address)
        browser.close()
