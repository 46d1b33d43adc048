"""The deployment files as tests read them, and the shipped nginx configuration moved to free ports and a scratch folder."""

import os
import re
import shutil
from pathlib import Path

from dam.environment import CHECKOUT
from tests.live import free_ports

SHIPPED = CHECKOUT / "deploy" / "nginx" / "nginx.conf"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def configuration(folder: Path, *, upstream: int, port: int, tls: bool = False) -> Path:
    """Write the configuration for this machine and return its path; only addresses, folders and TLS are changed."""
    text = SHIPPED.read_text()
    text = re.sub(r"server (web:8000|transfers:8001)", f"server 127.0.0.1:{upstream}", text)
    text = text.replace("/tmp/", f"{folder}/").replace("/var/acervo/", f"{folder}/data/")  # noqa: S108
    [plain] = free_ports(1)
    text = text.replace("listen 8080", f"listen 127.0.0.1:{plain}")
    if tls:
        text = text.replace("/etc/nginx/certs/", f"{folder}/").replace(
            "listen 8443", f"listen 127.0.0.1:{port}"
        )
    else:
        text = re.sub(r"^ *ssl_.*\n", "", text, flags=re.MULTILINE)
        text = text.replace("listen 8443 ssl", f"listen 127.0.0.1:{port}")
    if os.geteuid() == 0:
        text = f"user root;\n{text}"
    file = folder / "nginx.conf"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file
