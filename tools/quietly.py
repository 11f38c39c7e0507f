"""Runs a module, as `python -m` does, or a script; until that minds Ctrl-C itself, Ctrl-C ends it without a traceback.

python tools/quietly.py -m venv FOLDER
"""
# ruff: noqa: E402 (Ctrl-C is minded before anything else is imported)

import signal

signal.signal(signal.SIGINT, signal.SIG_DFL)
if hasattr(signal, "pthread_sigmask"):  # course.py holds it back while Python starts, which would show a traceback
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})

import os
import runpy
import sys

if __name__ == "__main__":
    del sys.argv[0]
    if sys.argv[0] == "-m":
        del sys.argv[0]
        sys.path[0] = os.getcwd()
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    else:
        sys.path[0] = os.path.dirname(sys.argv[0])
        runpy.run_path(sys.argv[0], run_name="__main__")
