"""gunicorn's own lines in the form of ours: with ACERVO_LOG=json, one object per answer, duration included.

Written when the answer was sent to its end: for a download, that is its whole length.
"""

import logging
from datetime import timedelta
from typing import Any

from gunicorn.glogging import Logger

from dam import logs
from dam.request_names import REQUEST_KEY, USER_KEY


class AccessLog(Logger):  # type: ignore[misc]  # the package has no types
    """One line per answer, without query string, address or browser; in text form none, as always."""

    def setup(self, cfg: Any) -> None:
        """Take the configuration; every handler of gunicorn writes in our form."""
        super().setup(cfg)
        form = logs.chosen_form()
        self._in_json = form == "json"
        self._access_log_enabled = self._in_json
        if self._in_json:
            for handler in self.error_log.handlers:
                handler.setFormatter(logs.formatter(form))
            self.access_log.handlers = list(self.error_log.handlers)

    def access(self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta) -> None:  # noqa: ARG002
        """Write the line of one answer."""
        if not self._in_json:
            return
        said = {
            "method": environ.get("REQUEST_METHOD", ""),
            "path": environ.get("PATH_INFO", ""),
            "status": int(str(resp.status).split(maxsplit=1)[0]),
            "bytes": getattr(resp, "sent", None),
            "duration_ms": round(request_time.total_seconds() * 1000, 1),
            "request_id": environ.get(REQUEST_KEY, ""),
            "user_id": environ.get(USER_KEY, ""),
        }
        self.access_log.log(logging.INFO, "%(method)s %(path)s %(status)s", said, extra=said)
