"""A message that breaks us every time: it is given up, its writer is told, and what he writes after it is answered."""

from __future__ import annotations

import pytest

from channels.base import Place
from channels.wecom_kf.reading import Item, Said
from channels.wecom_kf.taking import Answer, Taking
from tests.integration.channels.wecom_kf.conftest import Open

pytestmark = pytest.mark.timeout(600)


async def test_one_message_that_breaks_us_holds_up_nothing_for_ever(open_corp: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []
    take = Taking.take

    async def breaks(self: Taking, place: Place, item: Item) -> Answer | None:
        if isinstance(item.deed, Said) and item.deed.content == "坏":
            tried.append(item.id)
            raise RuntimeError("not foreseen")
        return await take(self, place, item)

    monkeypatch.setattr(Taking, "take", breaks)
    corp = await open_corp()
    customer = corp.customer()
    for words in ("你好", "坏", "还在吗"):
        await customer.text(words)
    await customer.sees("bot：还在吗")
    assert corp.said() == ["你好", "还在吗"]
    assert len(tried) == 4 and len(set(tried)) == 1, "tried again, and not for ever"
    assert any("没能收下" in shown.text for shown in customer.screen)


async def test_a_store_that_is_away_is_waited_for_however_long(open_corp: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    left = 9
    take = Taking.take

    async def away(self: Taking, place: Place, item: Item) -> Answer | None:
        nonlocal left
        if left:
            left -= 1
            raise ConnectionError("the store is away")
        return await take(self, place, item)

    monkeypatch.setattr(Taking, "take", away)
    monkeypatch.setattr("channels.wecom_kf.serving._TROUBLE_S", 0.05)
    corp = await open_corp()
    customer = corp.customer()
    await customer.text("你好")
    await customer.sees("bot：你好")
    assert left == 0 and not any("没能收下" in shown.text for shown in customer.screen)
