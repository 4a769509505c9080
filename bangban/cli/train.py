"""``bangban train``"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

app = typer.Typer()
_ENVIRONMENT = {
    "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1", "PYTHONWARNINGS": "ignore",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1", "OMP_NUM_THREADS": "2", "COLUMNS": "120",
}  # fmt: skip
_KEPT = 3


@app.command()
def train(force: Annotated[bool, typer.Option(help="Train even if nothing has changed.")] = False) -> None:
    """Train the dialogue model, if anything it learns from has changed."""
    if not ensure_model(Console(stderr=True), force=force):
        raise typer.Exit(1)


def ensure_model(console: Console, *, force: bool = False) -> bool:
    """Whether there is now a model for the present sources. Training shows its steps as they come."""
    from bangban.model import BOT, MODELS, model_file, training_command

    goal = model_file()
    if goal.exists() and not force:
        console.print(f"The dialogue model is up to date ({goal.name}).", style="dim", highlight=False)
        return True
    if not (BOT / "config.yml").exists():
        console.print("bot/config.yml is missing: there is nothing to train.", style="red")
        return False
    MODELS.mkdir(parents=True, exist_ok=True)
    # Trained beside its place and moved there whole: an interrupted training leaves no model that looks finished.
    with tempfile.TemporaryDirectory(dir=MODELS, prefix=".training-") as folder:
        began = time.monotonic()
        ok, output = _run(console, training_command(Path(folder), goal.name.removesuffix(".tar.gz")), BOT)
        made = Path(folder) / goal.name
        if not ok or not made.exists():
            console.print(output[-4000:], markup=False, highlight=False)
            console.print("Training failed; what Rasa said is above.", style="red")
            return False
        made.replace(goal)
    _forget_old(MODELS, keep=goal)
    console.print(f"Trained [green]{goal.name}[/green] in {time.monotonic() - began:.0f} s.", highlight=False)
    return True


def _run(console: Console, command: list[str], cwd: Path) -> tuple[bool, str]:
    """Runs it with a spinner that tells the seconds and the last line; everything it printed comes back."""
    environment = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH")} | _ENVIRONMENT
    lines: list[str] = []
    began = time.monotonic()
    piped = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True, "errors": "replace"}
    with console.status("Training the dialogue model…") as status, subprocess.Popen(command, cwd=cwd, env=environment, **piped) as process:
        for line in process.stdout or ():
            lines.append(line)
            if not console.is_terminal and " Finished training component" in line:
                console.print(line.strip(), style="dim", markup=False, highlight=False)
            status.update(f"Training the dialogue model… {time.monotonic() - began:.0f} s  [dim]{escape(line.strip()[-80:])}[/dim]")
    return process.returncode == 0, "".join(lines)


def _forget_old(folder: Path, *, keep: Path) -> None:
    """Keeps the newest few: going back to an earlier state of the sources then costs no training."""
    models = sorted(folder.glob("bangban-*.tar.gz"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in [path for path in models if path != keep][_KEPT - 1 :]:
        path.unlink()
