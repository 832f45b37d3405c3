"""Under which account the services run: PostgreSQL refuses root, so root hands over to an ordinary account.

Where that account could not even enter the directory of the project (a clone under ``/root``), the process keeps one
single power, to pass through directories and read (CAP_DAC_READ_SEARCH), and nothing else of root's.
"""

from __future__ import annotations

import ctypes
import os
import pwd
from dataclasses import dataclass
from pathlib import Path

from registry.core.embedded.faults import ServiceFault, user_name
from registry.core.embedded.processes import _libc, die_with_parent

ORDINARY_ACCOUNTS = ("postgres", "nobody", "daemon")
PR_SET_KEEPCAPS, PR_SET_SECUREBITS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 8, 28, 47, 2
NO_SETUID_FIXUP = 1 << 2  # without it access(), by which initdb looks for its programs, does not count the power
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 1, 2
CAPABILITY_VERSION_3 = 0x20080522


@dataclass(frozen=True)
class Account:
    """Who the services run as; ``changes`` when that is not this process's own user."""

    name: str
    uid: int
    gid: int
    changes: bool
    passes_directories: bool = False

    def enter(self, *, death_signal: int, parent_pid: int) -> None:
        """To be called in a new child before it becomes the server."""
        if self.changes:
            os.setgroups([])
            os.setgid(self.gid)
            if self.passes_directories:
                _libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
                _libc.prctl(PR_SET_SECUREBITS, NO_SETUID_FIXUP, 0, 0, 0)
            os.setuid(self.uid)
            if self.passes_directories and not (_keep(CAP_DAC_READ_SEARCH) or _keep(CAP_DAC_OVERRIDE)):
                os._exit(126)
        die_with_parent(death_signal, parent_pid)  # last: a change of user clears it

    def own(self, path: Path) -> None:
        """Give a file or directory that this process made to the account."""
        if self.changes:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def _keep(capability: int) -> bool:
    bit = 1 << capability
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    powers = (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)
    if _libc.capset(ctypes.byref(header), ctypes.byref(powers)) != 0:
        return False
    return _libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0) == 0


def choose_account(*, var: Path, database: Path) -> Account:
    """The account for the services of this ``var``. Raises ServiceFault NO_ACCOUNT or NO_PERMISSION."""
    me = os.geteuid()
    if me != 0:
        if database.exists() and database.stat().st_uid != me:
            raise ServiceFault("NO_PERMISSION", path=database, user=user_name())
        entry = _entry(me)
        if entry is None:
            raise ServiceFault("NO_ACCOUNT", user=me)
        return Account(entry.pw_name, me, os.getegid(), changes=False)
    owners = [path.stat().st_uid for path in (database, var) if path.exists()]
    for candidate in (*owners, *ORDINARY_ACCOUNTS):
        entry = _entry(candidate)
        if entry is not None and entry.pw_uid != 0:
            return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, changes=True)
    raise ServiceFault("NO_ACCOUNT", user=user_name())


def _entry(who: int | str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwuid(who) if isinstance(who, int) else pwd.getpwnam(who)
    except KeyError:
        return None


def able_to_reach(account: Account, *paths: Path) -> Account:
    """The same account, with the power to pass through directories if it needs it to reach ``paths``.

    Raises ServiceFault UNREACHABLE when even that is not to be had.
    """
    if not account.changes or _reaches(account, paths):
        return account
    passing = Account(account.name, account.uid, account.gid, changes=True, passes_directories=True)
    if _reaches(passing, paths):
        return passing
    raise ServiceFault("UNREACHABLE", account=account.name, path=paths[0])


def _reaches(account: Account, paths: tuple[Path, ...]) -> bool:
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        try:
            account.enter(death_signal=9, parent_pid=parent)
            for path in paths:
                os.close(os.open(path, os.O_RDONLY))
            os._exit(0 if all(os.access(path, os.R_OK) for path in paths) else 1)
        except BaseException:
            os._exit(2)
    return os.waitpid(child, 0)[1] == 0
