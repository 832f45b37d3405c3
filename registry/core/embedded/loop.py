"""The loop of ``up``: passes on the programs' lines, restarts those that end, and ends all of them."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator

from registry.core.embedded.children import RESTARTS, Child, end_groups, tail
from registry.core.embedded.faults import ServiceFault
from registry.core.embedded.places import Places
from registry.core.embedded.processes import started_at

LABEL_WIDTH = 8
STOP_SECONDS = 10.0
RESTART_AFTER_SECONDS = 1.0
KEEPER_LOOK_SECONDS = 2.0
TURN_SECONDS = 0.5
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def say(name: str, text: str) -> None:
    """One labelled line on standard output."""
    encoding = sys.stdout.encoding or "utf-8"
    line = f"{name:<{LABEL_WIDTH}}| {text}\n"
    with contextlib.suppress(OSError):  # whoever read our output may have gone; the work goes on
        sys.stdout.write(line.encode(encoding, "backslashreplace").decode(encoding))
        sys.stdout.flush()


class Loop:
    """``revive`` starts the services anew when their keeper was killed and tells whether it had to."""

    def __init__(self, places: Places, children: list[Child], address: str, revive: Callable[[], bool]) -> None:
        self.places = places
        self.children = children
        self.address = address
        self.revive = revive
        self.revivals = 0
        self.stop_requests = 0
        self.selector = selectors.DefaultSelector()
        self.look_at_keeper_at = time.monotonic() + KEEPER_LOOK_SECONDS
        self.keeper_log_offset = places.keeper_log.stat().st_size

    def run(self, server: tuple[str, int]) -> int:
        """Until asked to stop (0), or until a program keeps ending (a ServiceFault, after all have ended)."""
        with self._signals():
            try:
                probe = Probe(server, self.selector)
                for child in self.children:
                    self._start(child)
                while not self.stop_requests:
                    self._turn()
                    if probe.answered():
                        say("up", f"请打开 / open  {self.address}   （Ctrl-C 停止 / to stop）")
                return 0
            finally:
                self._end()
                self.selector.close()

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        """Signals only set a mark and wake the loop, so that none strikes in the middle of a start."""
        ours, theirs = socket.socketpair()
        for end in (ours, theirs):
            end.setblocking(False)
        self.selector.register(ours, selectors.EVENT_READ, lambda: ours.recv(4096))

        def stop(*_: object) -> None:
            self.stop_requests += 1

        before = {number: signal.signal(number, stop) for number in STOP_SIGNALS}
        before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)
        waker = signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(waker)
            for number, handler in before.items():
                signal.signal(number, handler)
            ours.close()
            theirs.close()

    def _start(self, child: Child) -> None:
        child.start()
        self.selector.register(child.output, selectors.EVENT_READ, lambda: self._pass_on(child))
        self._write_state()

    def _write_state(self) -> None:
        """For a second ``up``, and for the next one if this one is killed."""
        groups = [[one.process.pid, one.began] for one in self.children if one.process is not None]
        me = {"pid": os.getpid(), "began": started_at(os.getpid()), "address": self.address, "groups": groups}
        draft = self.places.up_state.with_suffix(".new")
        draft.write_text(json.dumps(me))
        draft.replace(self.places.up_state)

    def _turn(self) -> None:
        self._listen()
        lines, self.keeper_log_offset = tail(self.places.keeper_log, self.keeper_log_offset)
        for line in lines:
            say("services", line)
        now = time.monotonic()
        for child in self.children:
            self._look_after(child, now)
        if now >= self.look_at_keeper_at:
            self.look_at_keeper_at = now + KEEPER_LOOK_SECONDS
            self._look_after_keeper()

    def _listen(self) -> None:
        for key, _ in self.selector.select(TURN_SECONDS):
            key.data()

    def _pass_on(self, child: Child) -> None:
        lines, ended = child.lines()
        for line in lines:
            say(child.name, line)
        if ended:
            self.selector.unregister(child.output)

    def _look_after(self, child: Child, now: float) -> None:
        assert child.process is not None
        if child.restart_at is not None:
            if now >= child.restart_at:
                self._start(child)
            return
        if child.process.poll() is None:
            return
        self._close(child)
        status = child.process.returncode
        if not child.may_restart(now):
            raise ServiceFault("CHILD_KEEPS_FAILING", name=child.name)
        count = f"{len(child.ended_at)}/{RESTARTS}"
        say(
            "up",
            f"{child.name} 意外退出（状态 {status}），将重启 / ended by itself (status {status}), restarting {count}",
        )
        child.restart_at = now + RESTART_AFTER_SECONDS

    def _close(self, child: Child) -> None:
        """Pass on the last lines, end what its group left behind, and forget its output."""
        assert child.process is not None
        assert child.process.stdout is not None
        end_groups([(child.process.pid, child.began)], seconds=2.0)
        if child.output in self.selector.get_map():
            self._pass_on(child)
        if child.output in self.selector.get_map():
            self.selector.unregister(child.output)
        child.process.stdout.close()

    def _look_after_keeper(self) -> None:
        if not self.revive():
            return
        self.revivals += 1
        say("services", "看护进程被终止，服务已重新启动 / the keeper was killed; the services were started anew")
        if self.revivals > RESTARTS:
            raise ServiceFault("CHILD_KEEPS_FAILING", name="services")

    def _end(self) -> None:
        """Ask every program to end, wait, and leave nothing of them; a second request does not wait."""
        say("up", "正在停止 / stopping")
        for child in self.children:
            child.ask_to_end()
        deadline, requests = time.monotonic() + STOP_SECONDS, self.stop_requests
        while any(self._runs(child) for child in self.children):
            if time.monotonic() > deadline or self.stop_requests > max(requests, 1):
                break
            self._listen()
        end_groups([(c.process.pid, c.began) for c in self.children if c.process is not None], seconds=2.0)
        for child in self.children:
            if child.process is not None:
                child.process.wait()
                if child.process.stdout is not None and not child.process.stdout.closed:
                    self._close(child)

    @staticmethod
    def _runs(child: Child) -> bool:
        return child.process is not None and child.process.poll() is None


class Probe:
    """Asks the web server for its first page until it answers, without waiting for it."""

    def __init__(self, server: tuple[str, int], selector: selectors.BaseSelector) -> None:
        self.server = server
        self.selector = selector
        self.connection: socket.socket | None = None
        self.done = self.told = False
        self._ask()

    def _ask(self) -> None:
        family = socket.AF_INET6 if ":" in self.server[0] else socket.AF_INET
        self.connection = socket.socket(family, socket.SOCK_STREAM)
        try:
            self.connection.connect(self.server)  # our own listening socket: the kernel answers at once
            self.connection.sendall(b"GET / HTTP/1.0\r\nHost: localhost\r\n\r\n")
        except OSError:
            self.connection.close()
            self.connection = None
            return
        self.connection.setblocking(False)
        self.selector.register(self.connection, selectors.EVENT_READ, self._hear)

    def _hear(self) -> None:
        assert self.connection is not None
        with contextlib.suppress(OSError):
            self.done = self.connection.recv(8).startswith(b"HTTP/")
        self.selector.unregister(self.connection)
        self.connection.close()
        self.connection = None

    def answered(self) -> bool:
        """True once, when the first answer has come."""
        if self.done and not self.told:
            self.told = True
            return True
        if not self.done and self.connection is None:
            self._ask()
        return False
