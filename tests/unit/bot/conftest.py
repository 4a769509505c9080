"""The readers of the bot are plain Python; the Rasa project itself runs in its own environment."""

import sys
from pathlib import Path

BOT = Path(__file__).resolve().parents[3] / "bot"
if str(BOT) not in sys.path:
    sys.path.insert(0, str(BOT))
