"""The API under /api/v1/: what programs do with the catalogue, by the same verbs and permissions as the pages.

A router is a module-level ``ninja.Router`` in its house, named in ``settings.ACERVO_API_ROUTERS``. One operation::

    router = Router(tags=["assets"])

    @router.get(
        "/assets/{code}",
        **operation(
            AssetOut,
            scope=Scope.READ,
            summary=_("Un material"),
            description=_("Su ficha, su versión vigente y lo que usted puede hacer con él."),
            example=EXAMPLE,
            problems=("not-found",),
        ),
    )
    def asset(request: HttpRequest, code: str) -> AssetOut: ...

- ``dam.api.operations.operation`` gives authentication, scope, limits, documentation and the documented problems.
  ``_`` is gettext_noop there: the document translates every summary and description when it is asked for.
- ``request.user`` is the person, whether a session or a token brought them: ask ``dam.permissions`` as a page does.
  Http404, permissions.Forbidden and dam.api.problems.Problem raised anywhere become problem+json.
- Lists take ``paging: Query[Paging]`` and return ``paging.listed(request, rows, asked, show=..., by=...)``.
- Every answer to GET has an ETag. What can be lost by two writers at once is written in one transaction that begins
  with ``conditions.require(request, state)``, the row locked; ``conditions.state(request, state)`` marks the answer.
"""
