"""Every block of the README does what it shows, in order."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from conftest import Server

_README = Path(__file__).parents[1] / "README.md"


def test_the_blocks_of_the_readme_run(
    server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POSTHORN_URL", server.url)
    monkeypatch.setenv("POSTHORN_API_KEY", server.key)
    blocks = re.findall(r"```python\n(.*?)```", _README.read_text(), re.DOTALL)
    world: dict[str, Any] = {"__name__": "readme"}

    for block in blocks:
        exec(compile(block, str(_README), "exec"), world)

    printed = capsys.readouterr().out
    assert len(blocks) == 7
    assert "completed\n" in printed
    assert "task.progress reading" in printed
    assert printed.endswith("task.completed\nt1 1\n200\n")
