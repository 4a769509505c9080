"""``bangban wechat``: the Official Account's menu, made from ``channels/wechat_oa/menu.yml``."""

from __future__ import annotations

import asyncio
import json

import typer

from channels.base import SendFailed
from channels.wechat_oa.menu import buttons, offline_api
from common.settings import settings

app = typer.Typer(no_args_is_help=True, help="The WeChat Official Account.")
menu = typer.Typer(no_args_is_help=True, help="The custom menu under the chat.")
app.add_typer(menu, name="menu")


@menu.command()
def show() -> None:
    """Print the menu as it would be pushed; nothing is called."""
    typer.echo(json.dumps(buttons(settings().public_url), ensure_ascii=False, indent=2))


@menu.command()
def push() -> None:
    """Make the account's menu the one in the repository. Citizens see it within a day, or when they follow anew."""
    config = settings()
    if config.wechat_oa_app_id is None or config.wechat_oa_secret is None:
        typer.echo("BANGBAN_WECHAT_OA_APP_ID and BANGBAN_WECHAT_OA_SECRET are not set.", err=True)
        raise typer.Exit(2)
    try:
        asyncio.run(_pushed())
    except SendFailed as error:
        typer.echo(f"The platform refused: {type(error).__name__} {error.reason}", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"Pushed {len(buttons(config.public_url)['button'])} entries.")


async def _pushed() -> None:
    async with offline_api(settings()) as api:
        await api.call("/cgi-bin/menu/create", buttons(settings().public_url))
