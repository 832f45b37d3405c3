"""What can go wrong with the machine, each as one sentence in Chinese and one in English."""

from __future__ import annotations

import errno
import json
import os
import sys
from typing import Any

TEXTS: dict[str, tuple[str, str]] = {
    "VAR_NOT_DIRECTORY": (
        "{path} 应当是一个文件夹，但它不是。请移走它，或用环境变量 KCR_VAR 指定另一个文件夹。",
        "{path} should be a directory but is not. Move it away, or name another directory in KCR_VAR.",
    ),
    "NO_PERMISSION": (
        "没有权限使用 {path}（当前用户 {user}）。请改用拥有它的用户运行，或用环境变量 KCR_VAR 指定另一个文件夹。",
        "No permission to use {path} (this user is {user}). Run as the user who owns it, or name another directory "
        "in KCR_VAR.",
    ),
    "FOREIGN_DIRECTORY": (
        "{path} 里有不属于本系统的文件，不会覆盖它们。请移走它们，或用环境变量 KCR_VAR 指定另一个文件夹。",
        "{path} holds files that are not ours and they are left alone. Move them away, or name another directory in "
        "KCR_VAR.",
    ),
    "DISK_FULL": (
        "{path} 所在的磁盘已满。请腾出空间后重试；已提交的数据没有丢失。",
        "The disk of {path} is full. Free some space and try again; no committed data is lost.",
    ),
    "DATABASE_VERSION": (
        "{path} 由 PostgreSQL {found} 建立，而这里的服务器是 {expected}。"
        "请用原来的版本导出数据，或用 KCR_VAR 另起一个文件夹。",
        "{path} was made by PostgreSQL {found}, and the server here is {expected}. Export the data with the old "
        "version, or name another directory in KCR_VAR.",
    ),
    "DATABASE_DAMAGED": (
        "{path} 中的数据库文件已损坏，PostgreSQL 无法启动。请从备份恢复该文件夹，或把它移走后重新开始；详情见 {log}。",
        "The database files in {path} are damaged and PostgreSQL cannot start. Restore the directory from a backup, or "
        "move it away to begin anew; details are in {log}.",
    ),
    "DATABASE_FAILED": (
        "PostgreSQL 没有启动：{detail}。详情见 {log}。",
        "PostgreSQL did not start: {detail}. Details are in {log}.",
    ),
    "QUEUE_DAMAGED": (
        "{path} 中的任务队列文件已损坏，Redis 无法启动。"
        "可以删除该文件夹：队列只是提示，任务本身记录在数据库中，会重新发出；详情见 {log}。",
        "The queue files in {path} are damaged and Redis cannot start. The directory may be deleted: the queue is only "
        "a hint, the jobs themselves are in the database and are sent again; details are in {log}.",
    ),
    "QUEUE_FAILED": (
        "Redis 没有启动：{detail}。详情见 {log}。",
        "Redis did not start: {detail}. Details are in {log}.",
    ),
    "NO_ACCOUNT": (
        "PostgreSQL 不允许以 {user} 的身份运行，而且没有可用的普通账户。"
        "请以普通用户运行，或设置 DATABASE_URL 与 REDIS_URL。",
        "PostgreSQL may not run as {user} and no ordinary account can be used. Run as an ordinary user, or set "
        "DATABASE_URL and REDIS_URL.",
    ),
    "UNREACHABLE": (
        "账户 {account} 无法进入 {path}，因此 PostgreSQL 不能在那里运行。"
        "请把项目放到其他用户可以进入的文件夹，或设置 DATABASE_URL 与 REDIS_URL。",
        "The account {account} cannot enter {path}, so PostgreSQL cannot run there. Put the project in a directory "
        "that others may enter, or set DATABASE_URL and REDIS_URL.",
    ),
    "BUSY": (
        "另一个进程正在启动或停止服务，等待了 {seconds} 秒仍未结束。请稍后重试；详情见 {log}。",
        "Another process is starting or stopping the services and was not done after {seconds} seconds. Try again "
        "later; details are in {log}.",
    ),
    "KEEPER_ENDED": (
        "照看服务的进程意外结束。请重试；详情见 {log}。",
        "The process that looks after the services ended unexpectedly. Try again; details are in {log}.",
    ),
    "NO_SERVER_PROGRAM": (
        "找不到服务器程序 {path}。请运行 make setup（或按 README 安装依赖）。",
        "The server program {path} is missing. Run make setup (or install the requirements as the README says).",
    ),
    "NO_NPM": (
        "找不到 npm。请安装 Node.js，或安装 requirements-dev.txt（其中带有 npm），然后重试。",
        "There is no npm. Install Node.js, or requirements-dev.txt (which brings npm), and try again.",
    ),
    "NPM_FAILED": (
        "npm 没有下载到网页所需的库（请检查网络或代理）：{detail}",
        "npm could not get the libraries of the pages (check the network or the proxy): {detail}",
    ),
    "UNEXPECTED": (
        "发生意外错误：{detail}。",
        "Something unexpected happened: {detail}.",
    ),
    "PORT_TAKEN": (
        "端口 {port} 已被另一个程序占用。请用 --port 选择另一个端口，例如 --port {other}。",
        "Port {port} is taken by another program. Choose another one with --port, for example --port {other}.",
    ),
    "PORT_FORBIDDEN": (
        "没有权限使用端口 {port}。请用 --port 选择 1024 以上的端口，例如 --port {other}。",
        "No permission to use port {port}. Choose one above 1024 with --port, for example --port {other}.",
    ),
    "ADDRESS_INVALID": (
        "不能在 {host}:{port} 上提供服务：{detail}。",
        "Cannot serve on {host}:{port}: {detail}.",
    ),
    "ALREADY_RUNNING": (
        "已经有一个在运行：{address}（进程号 {pid}）。",
        "One is already running: {address} (pid {pid}).",
    ),
    "CHILD_KEEPS_FAILING": (
        "{name} 反复退出，已停止全部进程。请看上面的日志。",
        "{name} keeps ending, so everything was stopped. See the log lines above.",
    ),
    "UNSAFE_SERVER": (
        "数据库服务器的 {setting} 为 off，断电会丢失已提交的数据，因此拒绝启动。请把它设为 on。",
        "The database server has {setting} = off, so a power cut loses committed data; refusing to start. Set it to "
        "on.",
    ),
    "DATABASE_UNREACHABLE": (
        "连不上 DATABASE_URL 指定的数据库：{detail}。",
        "Cannot reach the database that DATABASE_URL names: {detail}.",
    ),
}


class ServiceFault(Exception):  # noqa: N818  the machine's state, told to a person
    """One fault with a stable ``code``; ``str()`` gives the Chinese and the English sentence."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = {name: str(value) for name, value in params.items()}

    def __str__(self) -> str:
        return "\n".join(text.format_map(self.params) for text in TEXTS[self.code])

    def as_json(self) -> str:
        return json.dumps({"code": self.code, "params": self.params})

    @classmethod
    def from_json(cls, text: str) -> ServiceFault:
        told = json.loads(text)
        return cls(told["code"], **told["params"])

    @classmethod
    def from_os_error(cls, error: OSError, path: object) -> ServiceFault:
        """The sentence for what the operating system refused at ``path``."""
        where = error.filename or path
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            return cls("DISK_FULL", path=where)
        if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
            return cls("NO_PERMISSION", path=where, user=user_name())
        if error.errno in {errno.ENOTDIR, errno.EEXIST, errno.EISDIR}:
            return cls("VAR_NOT_DIRECTORY", path=where)
        return cls("UNEXPECTED", detail=f"{error.strerror} ({where})")


def user_name() -> str:
    import pwd  # noqa: PLC0415  absent on some systems, needed only here

    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


def tell(*lines: object) -> None:
    """Print for a person on standard error; a terminal that cannot show Chinese gets escapes, never an exception."""
    stream = sys.stderr
    encoding = stream.encoding or "utf-8"
    for line in lines:
        stream.write(str(line).encode(encoding, "backslashreplace").decode(encoding) + "\n")
    stream.flush()
