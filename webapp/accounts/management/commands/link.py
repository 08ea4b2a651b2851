"""`manage.py link USERNAME` prints a one-time sign-in link."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from webapp.accounts.services import create_link, link_address


class Command(BaseCommand):
    help = "Prints a one-time sign-in link for a person, making the person if needed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(link_address(create_link(username=options["username"])))
