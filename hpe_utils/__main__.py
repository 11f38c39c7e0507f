"""`python -m hpe_utils` is the command `hpe`."""

from hpe_utils.apps.command_line import main

if __name__ == "__main__":
    main()
