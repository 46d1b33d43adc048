"""What Django itself refuses below /api/, said as the API says it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from dam.api import frame, problems


class ApiProblems:
    """Below /api/ no answer is a page: what Django itself refuses there is said as problem+json; HEAD is GET."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith("/api/"):
            return self.get_response(request)
        method = request.method
        if method == "HEAD":
            request.method = "GET"  # whatever serves drops the body (RFC 9110, 9.3.2)
        response = self.get_response(request)
        request.method = method
        known = problems.MIME in response.get("Content-Type", "")
        if response.status_code < 400 or known:  # noqa: PLR2004 - classes of status
            return response
        problem = problems.Problem(problems.of_status(response.status_code).slug)
        said = problems.answer(request, problem)
        if "Allow" in response:
            said["Allow"] = response["Allow"]
        frame.labelled(request, said)
        return said
