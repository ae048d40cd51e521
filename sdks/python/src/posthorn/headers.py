"""Headers in one form, whatever framework they come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

Headers = Mapping[str, str | Sequence[str]] | Iterable[tuple[str | bytes, str | bytes]]


class HeaderValues:
    """All values of each header; names in any case."""

    def __init__(self, headers: Headers) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in _pairs(headers):
            self._values.setdefault(name.lower(), []).append(value)

    def all(self, name: str) -> list[str]:
        return self._values.get(name, [])

    def first(self, name: str) -> str | None:
        return next(iter(self.all(name)), None)


def _pairs(headers: Headers) -> Iterable[tuple[str, str]]:
    items = headers.items() if isinstance(headers, Mapping) else headers
    for name, value in items:
        if isinstance(value, (str, bytes)):
            yield _text(name), _text(value)
        else:
            for each in value:
                yield _text(name), _text(each)


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
