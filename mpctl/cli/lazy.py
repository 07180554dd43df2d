"""A group whose commands are imported when they are needed, so that help and versions are quick."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

# name -> (module below mpctl.cli and function in it, one line for the overview)
COMMANDS: Final = {
    "add-rule": ("add_rule", "Write one rule into its policy, and see what that means."),
    "apply": ("apply", "Make the live service what the policies say."),
    "block": ("block", "Block a sender now, at the service and in the policy."),
    "blocks": ("blocks", "List the senders that a service has flagged."),
    "classify": ("classify", "Ask a running filter how it judges a message."),
    "config": ("config", "Show the settings of an entity."),
    "delist": ("delist", "Take a sender off a service's own block list."),
    "diff": ("diff", "Say what a change of policies means, without asking any service."),
    "drift": ("drift", "Say whether anything live differs from what the policies declare."),
    "enable-release": ("enable_release", "Let people release their own held spam."),
    "entities": ("entities", "List what there is at a service."),
    "find-user": ("find_user", "Find the user behind an address."),
    "history": ("history", "List the runs that were made, or show one of them."),
    "lint": ("lint", "Judge the policies without asking any service."),
    "logs": ("logs", "Show what became of messages."),
    "messages": ("messages", "Show the messages that are held."),
    "plan": ("plan", "Show what would change at the live service."),
    "providers": ("providers", "Say what each service can express."),
    "queue": ("queue", "Look at a server's outbound queue, and act on one message."),
    "raw": ("raw", "Send one request, written by hand."),
    "release": ("release", "Let one held message go."),
    "release-many": ("release_many", "Let several held messages go."),
    "reload": ("reload", "Make live what is stored at a server."),
    "remove-rule": ("remove_rule", "Take one rule out of its policy, and see what that means."),
    "rollback": ("rollback", "Take back what a run did."),
    "rules": ("rules", "Show the live rules of an entity."),
    "sandbox": ("sandbox", "Serve the simulators, to try things without an account."),
    "show": ("show", "Render a saved plan."),
    "status": ("status", "Say whether each target is reachable, and what its key sees."),
    "train": ("train", "Let a filter learn from a message."),
    "validate": ("validate", "Check the policies without asking any service."),
    "why": ("why", "Find out why a message did not arrive."),
}


class LazyGroup(click.Group):
    """The root group; the table above is all it knows before a command is chosen."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in alphabetical order."""
        _ = ctx
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; None when there is none of that name."""
        _ = ctx
        if cmd_name not in COMMANDS:
            return None
        module, _ = COMMANDS[cmd_name]
        command = getattr(import_module(f"mpctl.cli.{module}"), module)
        assert isinstance(command, click.Command)  # noqa: S101 - the table above says so
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        _ = ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in sorted(COMMANDS)])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Propose commands without importing them, and our options."""
        from click.shell_completion import CompletionItem  # noqa: PLC0415 - as click does

        names = (name for name in sorted(COMMANDS) if name.startswith(incomplete))
        commands = [CompletionItem(name, help=COMMANDS[name][1]) for name in names]
        return [*commands, *click.Command.shell_complete(self, ctx, incomplete)]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command of a command line, with a suggestion for a misspelt one."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from mpctl.diagnostics import did_you_mean  # noqa: PLC0415

            ctx.fail(f"There is no command {args[0]!r}. {did_you_mean(args[0], COMMANDS)}")
        return super().resolve_command(ctx, args)
