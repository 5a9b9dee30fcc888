"""The command line: a module has its group or command under the name `command`, or several of them as `commands`."""

from __future__ import annotations

import pkgutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup

from feedback.errors import Refusal
from feedback.places import PlaceError
from feedback.typed_text import is_seen


def register(app: Flask) -> None:
    for module in pkgutil.iter_modules(__path__):
        found = import_module(f"{__name__}.{module.name}")
        for command in getattr(found, "commands", None) or (found.command,):
            app.cli.add_command(command)


ACTOR = "command line"  # as the audit list names it


class Command(click.Command):
    """A command that answers what cannot be done with its sentence and exit code 1, never with a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        from sqlalchemy.exc import OperationalError, ProgrammingError

        from forms import QuestionnaireError

        try:
            return super().invoke(ctx)
        except (OperationalError, ProgrammingError) as error:
            said = str(error.orig).strip().split("\n", 1)[0]
            remedy = "Check DATABASE_URL and that the server runs; `flask db upgrade` makes the tables."
            raise click.ClickException(f"The database cannot be used ({said}). {remedy}") from error
        except (Refusal, PlaceError, QuestionnaireError) as refusal:
            raise click.ClickException(sentence_of(refusal)) from refusal


def sentence_of(refusal: Exception) -> str:
    """Return a refusal for the terminal; who named a wave that is not there reads which there are."""
    from feedback.queries.waves import NoSuchWave, waves

    if not isinstance(refusal, NoSuchWave):
        return harmless(str(refusal))
    known = ", ".join(wave.slug for wave in waves())
    return harmless(f"{refusal} " + (f"The waves are: {known}." if known else "There are no waves yet."))


def harmless(text: str) -> str:
    """Return text for a terminal: nothing of what a file or a person wrote may move its cursor or turn its lines."""
    return "".join(sign if sign == "\n" or is_seen(sign) else "\N{REPLACEMENT CHARACTER}" for sign in text)


class CommandGroup(AppGroup):
    """A group whose commands are `Command`s and run inside the app."""

    command_class = Command


@contextmanager
def bar(length: int, label: str) -> Iterator[Callable[[int], None]]:
    """Show a progress bar on the error stream, so that output can go to a file; yields how to move it on."""
    with click.progressbar(length=length, label=harmless(label), file=sys.stderr) as shown:
        yield shown.update


def show_steps(step: str, done: int, total: int) -> None:
    """Show how far work is on the error stream: one line for each step; on a terminal it is written over."""
    if not step:
        return
    if sys.stderr.isatty():
        click.echo(f"\r\033[K{harmless(step)} ({done} of {total})", nl=False, err=True)
    else:
        click.echo(f"{harmless(step)} ({done} of {total})", err=True)
