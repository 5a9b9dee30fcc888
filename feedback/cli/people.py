"""`flask people`: accounts made from the command line, where nobody can sign in yet."""

from __future__ import annotations

import sys

import click

from feedback.cli import ACTOR, CommandGroup
from feedback.errors import Refusal
from feedback.extensions import only_reading
from feedback.models.staff import ROLES
from feedback.queries.staff import active_administrators
from feedback.services.staff.accounts import add_person, checked_email, password_fault

command = CommandGroup("people", help="Accounts of staff.")


@command.command("add")
@click.option("--email", help="What they sign in with. No email is sent.")
@click.option("--name")
@click.option("--role", "roles", multiple=True, type=click.Choice(ROLES), help="May be given several times.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking.")
@click.option("--one-time", is_flag=True, help="Make a one-time password and print it.")
def add(email: str | None, name: str | None, roles: tuple[str, ...], password_stdin: bool, one_time: bool) -> None:
    """Add a person."""
    address = _email() if email is None else checked_email(email)
    name = click.prompt("Name") if name is None else name
    given = roles or (click.prompt("Role", type=click.Choice(ROLES)),)
    password = "" if one_time else _password(address, password_stdin)
    _user, made = add_person(email=address, name=name, roles=given, actor=ACTOR, password=password)
    click.echo(f"Added {address} as {', '.join(given)}.")
    if one_time:
        click.echo(f"One-time password: {made}")


@command.command("first-administrator")
@click.pass_context
def first_administrator(context: click.Context) -> None:
    """Ask for an administrator when there is none yet."""
    with only_reading():  # so that nobody waits for these questions to be answered
        if active_administrators():
            return
    if not at_terminal():
        raise click.ClickException(
            "There is no administrator yet. Run `python3 run.py flask people add --role administrator` with "
            "MODE=live, or start the service once in a terminal."
        )
    click.echo("There is no administrator yet. Make the first one.")
    email, name = _email(), click.prompt("Name")
    context.invoke(add, email=email, name=name, roles=("administrator",), password_stdin=False, one_time=False)


def at_terminal() -> bool:
    """Whether somebody is there to answer."""
    return sys.stdin.isatty()


def _email() -> str:
    """Ask until it is an address."""
    while True:
        try:
            return checked_email(click.prompt("Email address"))
        except Refusal as refusal:
            click.echo(str(refusal))


def _password(email: str, from_stdin: bool) -> str:
    if from_stdin:
        given = sys.stdin.readline().rstrip("\r\n")
        if fault := password_fault(given, email):
            raise click.ClickException(fault)
        return given
    while True:
        password: str = click.prompt("Password", hide_input=True, confirmation_prompt="Password again")
        fault = password_fault(password, email)
        if not fault:
            return password
        click.echo(fault)
