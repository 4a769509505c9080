"""One phone on the page of ``bangban demo wechat``, as its owner uses it and as he sees it.

Nothing here depends on how fast the machine is: what has to come up is waited for, for minutes if need be.
"""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

PATIENT = 240_000  # ms
# What people never read: tags, templates and names of code.
_MARKUP = re.compile(r"</?[a-z]|&[a-z]+;|[{}]|\*\*|weixin://|\b(None|null|undefined|NaN)\b|\[object|\w_\w+\b(?![^\s]*\.)")
# What reaches beyond the talk's edges, and words beyond their own bubble or card: [what, its words].
_STICKS_OUT = """talk => {
  const beyond = (box, edge) => box.width && (box.right > edge.right + 1 || box.left < edge.left - 1);
  const edge = talk.getBoundingClientRect();
  const found = [...talk.querySelectorAll('*')].filter(e => beyond(e.getBoundingClientRect(), edge)).map(e => [e.className, e.textContent.slice(0, 40)]);
  const texts = document.createTreeWalker(talk, NodeFilter.SHOW_TEXT), range = document.createRange();
  while (texts.nextNode()) {
    const holder = texts.currentNode.parentElement.closest('.bubble, .card, li').getBoundingClientRect();
    range.selectNodeContents(texts.currentNode);
    if ([...range.getClientRects()].some(box => beyond(box, holder))) found.push(['words', texts.currentNode.data.slice(0, 40)]);
  }
  return found;
}"""


class Talk:
    """``opened``: whether he begins it now, as a citizen whom nobody knows."""

    def __init__(self, page: Page, channel: str, *, opened: bool = True):
        self.page, self.phone = page, page.locator(f'.phone[data-channel="{channel}"]')
        self.lines = self.phone.locator(".talk")
        entry = page.locator(".chat", has=page.locator(f'[data-channel="{channel}"]'))
        expect(entry).to_be_visible()
        if entry.get_attribute("aria-pressed") != "true":
            entry.click()
        if opened:
            self.phone.get_by_role("button", name="更多").first.click()
            self.phone.get_by_role("button", name="换一位新居民").click()
            self.phone.locator(".opening button").click()
            expect(self.lines.locator("li.in").first).to_be_visible()

    def say(self, words: str, *expected: str) -> None:
        if (keys := self.phone.get_by_label("换成输入框")).count() and keys.is_visible():
            keys.click()
        self.phone.get_by_label("发消息").fill(words)
        self.page.keyboard.press("Enter")
        expect(self.lines.locator("li.out").filter(has_text=words).last).to_be_visible()
        for what in expected:
            self.sees(what)

    def tap(self, label: str, *expected: str) -> None:
        """An entry of the last menu that has one of this name; what it says stands on his own side then."""
        before = self.lines.locator("li.out").count()
        self.entry(label).click()
        expect(self.lines.locator("li.out")).to_have_count(before + 1)
        for what in expected:
            self.sees(what)

    def entry(self, label: str) -> Locator:
        return self.lines.get_by_role("button", name=label).last

    def sees(self, words: str, kind: str | None = None) -> Locator:
        """The last thing that the other side said with these words in it, of a kind."""
        shown = self.lines.locator("li.in" + (f'[data-kind="{kind}"]' if kind else "")).filter(has_text=words).last
        expect(shown).to_be_visible()
        return shown

    def picture(self) -> None:
        """The last picture is there and was drawn."""
        drawn = self.lines.locator('li.in[data-kind="image"] img').last
        expect(drawn).to_be_visible()
        expect(drawn).to_have_js_property("complete", True)
        assert drawn.evaluate("image => image.naturalWidth") > 100 and drawn.get_attribute("alt")

    def opens(self, card: Locator) -> Page:
        """The page that it leads to; close it when it was looked at."""
        with self.page.context.expect_page() as opened:
            card.click()
        page = opened.value
        page.set_default_timeout(PATIENT)
        return page

    def opens_guide(self, card: Locator, name: str) -> None:
        """The guide that it leads to. The demo asks a browser that it does not know who is there first."""
        page = self.opens(card)
        nobody, shown = page.get_by_role("button", name="匿名使用"), page.get_by_text(name).first
        expect(nobody.or_(shown).first).to_be_visible()
        if nobody.is_visible():
            nobody.click()
        expect(shown).to_be_visible()
        page.close()

    def is_readable(self) -> None:
        """All that was said so far is within the screen's width and is words."""
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert self.lines.evaluate(_STICKS_OUT) == []
        for said in self.lines.locator("li.in .what").all_inner_texts():
            words = re.sub(r"https?://\S+", "", said)
            assert not _MARKUP.search(words), said
        assert self.lines.locator('[data-via="platform"]').count() == 0, "the platform says that nobody answers"
