"""What a client is made with is judged at once."""

from __future__ import annotations

import pytest

from posthorn import AsyncPosthorn, Posthorn


@pytest.mark.parametrize("make", [Posthorn, AsyncPosthorn])
@pytest.mark.parametrize(
    ("key", "says"),
    [("", "is empty"), ("phk_1\n", "line break"), ("phk 1", "a space"), ("ph\u00e9", "strip it")],
)
def test_a_key_that_no_header_carries_is_refused_at_once(
    make: type[Posthorn] | type[AsyncPosthorn], key: str, says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        make("http://127.0.0.1:9", key)
