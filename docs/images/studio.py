"""What every picture is taken with."""

from __future__ import annotations

import shutil
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, Playwright

FOLDER = Path(__file__).parent
MOST_BYTES = 250_000
PHONE = {"viewport": {"width": 360, "height": 740}, "device_scale_factor": 2, "has_touch": True, "is_mobile": True, "locale": "zh-CN"}
DESK = {"viewport": {"width": 1440, "height": 900}, "locale": "zh-CN"}
FLAGS = ["--no-sandbox", "--disable-gpu", "--lang=zh-CN", "--no-first-run", "--disable-background-networking"]


def chromium(playwright: Playwright) -> Browser:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    return playwright.chromium.launch(executable_path=path, args=FLAGS)


def keep(page: Page, name: str, *, colours: int = 0) -> None:
    """``colours``: as many are enough."""
    path = FOLDER / f"{name}.png"
    page.wait_for_timeout(300)
    page.screenshot(path=path)
    if colours:
        Image.open(path).convert("RGB").quantize(colours, dither=Image.Dither.NONE).save(path, optimize=True)
    size = path.stat().st_size
    print(f"{path.name} {size // 1000} kB")
    if size > MOST_BYTES:
        raise SystemExit(f"{path.name} is larger than {MOST_BYTES} bytes")
