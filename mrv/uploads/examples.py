"""Words for the examples of the API: files and how they are read."""

from __future__ import annotations

from typing import Any

READ = {
    "file": "江口泉_2026-05.csv",
    "bytes": 1843200,
    "encoding": "gb18030",
    "header_rows": 3,
    "data_rows": 17520,
    "ok": True,
    "warnings": ["GAP"],
    "errors": [],
    "messages": [{"level": "warning", "code": "GAP", "rows": [4321]}],
}
WORDS: dict[str, Any] = {
    "rows": 17520,
    "report": READ,
    "reading": READ,
    "answers": {"zone": "Asia/Shanghai", "date_order": "ymd"},
    "ReadOut.upload": None,
    "ReceivedOut.upload": None,
    "UploadIn.zone": "Asia/Shanghai",
    "first_at": "2026-05-01T00:00:00+08:00",
    "last_at": "2026-05-31T23:30:00+08:00",
}
