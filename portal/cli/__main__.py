"""`python -m portal.cli`: the same as the console command, for starting it as a child process."""

from portal.cli import main

main()
