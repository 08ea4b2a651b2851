"""`manage.py link [USERNAME]` prints a one-time sign-in link for the server that runs from the data folder."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from webapp import served
from webapp.accounts.management.begun import require_begun
from webapp.accounts.services import create_link, link_address
from webapp.folders import home


class Command(BaseCommand):
    help = "Prints a one-time sign-in link for a person, making the person if needed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", nargs="?", help="left out, whom the server let in at its start")

    def handle(self, *args: Any, **options: Any) -> None:
        require_begun()
        server = served.serving(home())
        name = options["username"] or (server.person if server else served.person())
        self.stdout.write(link_address(create_link(username=name), server.address if server else None))
