"""JupyterHub for a course of several users on one Linux machine; the guide beside this file says how it is used.

The hub and the users' servers run from the course's own .venv, which nobody but its owner can change. Every user is a
Linux user of the machine. Other places than those below are named by environment variables of the hub.
"""

import os
from pathlib import Path

COURSE = Path(__file__).resolve().parents[2]
BIN = COURSE / ".venv" / "bin"
HANDOUT = os.environ.get("HUB_HANDOUT", "/srv/handout")
CACHE = os.environ.get("HPE_CACHE", "/srv/course-cache")

c = get_config()  # noqa: F821 (JupyterHub defines it)

# The hub itself: on this machine alone, for a web server with a certificate to stand before it. In a closed network
# "http://:8000" lets every machine in; passwords then travel unencrypted.
c.JupyterHub.bind_url = "http://127.0.0.1:8000"
c.ConfigurableHTTPProxy.command = [str(BIN / "configurable-http-proxy")]

# Who may log in: the Linux users in the group "course", by their passwords.
c.JupyterHub.authenticator_class = "pam"
c.PAMAuthenticator.allowed_groups = {"course"}

# A user's server: hub_start.py fills the user's folder ~/pose and starts Jupyter in it.
c.Spawner.cmd = [str(BIN / "python"), str(COURSE / "docs" / "teaching" / "hub_start.py"), HANDOUT]
c.Spawner.notebook_dir = "~/pose"
c.Spawner.default_url = "/lab/tree/student"
c.Spawner.environment = {
    "HPE_CACHE": CACHE,
    "HPE_PROFILE": os.environ.get("HPE_PROFILE", "lab"),
    "PATH": f"{BIN}:/usr/local/bin:/usr/bin:/bin",
}
c.Spawner.args = ["--KernelManager.transport=ipc"]  # over TCP other users of the machine could read what cells print
c.Spawner.start_timeout = 120  # seconds; a room of users starts at once

# Memory: servers that are plain processes, as here, have no limit. SystemdSpawner and container spawners keep to
# c.Spawner.mem_limit = "4G" and c.Spawner.cpu_limit = 2.
