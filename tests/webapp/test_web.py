"""The web process beside its answers: what it loads once the first page can be answered."""

from types import SimpleNamespace
from typing import Any

import pytest

from webapp import documents, web, workers


def test_what_cannot_be_loaded_ahead_is_logged_and_does_not_keep_the_rest(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    loaded: list[str] = []

    def refused() -> None:
        raise OSError("No process can be started.")

    monkeypatch.setattr(workers, "drawing", lambda: SimpleNamespace(start=refused))
    monkeypatch.setattr(documents, "load_documents", lambda: loaded.append("documents"))
    server: Any = SimpleNamespace(started=True)
    web.load_the_rest(server)
    assert loaded == ["documents"]
    (record,) = caplog.records
    assert "loaded ahead" in record.message
    assert "No process can be started." in caplog.text
