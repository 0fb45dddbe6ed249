"""The command line: `portal …`. Administrators read it, in English; exit code 1 always comes with a sentence."""

from portal.cli import clauses  # noqa: F401  (adds its commands to those of regulations)
from portal.cli.checking import check
from portal.cli.database import database
from portal.cli.demonstration import demo
from portal.cli.frame import Sentences
from portal.cli.importing import imports
from portal.cli.people import user
from portal.cli.regulating import regulations
from portal.cli.serving import serve
from portal.cli.working import worker


def main() -> None:
    """What the console command `portal` runs."""
    portal()


portal = Sentences("portal", help="The meeting portal. Settings come from the environment; README.md lists them.")
for command in (serve, worker, demo, imports, user, database, regulations, check):
    portal.add_command(command)
