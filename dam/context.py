"""What every page's template knows."""

from typing import Any

from django.http import HttpRequest

from dam import permissions


def page(request: HttpRequest) -> dict[str, Any]:
    """Return whether the person may upload anywhere (the bar shows Subir or not)."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    who = permissions.standing(user)
    can_upload = who is not None and (
        who.administrator or any("upload" in permissions.ROLE_VERBS[grant.role] for grant in who.grants)
    )
    return {"can_upload": can_upload}
