"""What became of the files that a page sent, for the upload element (docs/interface.md, Upload)."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from dam.people import person
from ingest import standings
from ingest.models import Upload
from ingest.standings import Standing
from ingest.views.access import key_of

MOST_ASKED = 200


@require_safe
def status(request: HttpRequest) -> JsonResponse:
    """Answer how the uploads of these ids stand; what is not the person's own is not in the answer."""
    asked = [key for key in map(key_of, request.GET.getlist("id")[:MOST_ASKED]) if key]
    found = standings.of(Upload.objects.filter(pk__in=asked, owner=person(request)), by=person(request))
    response = JsonResponse({"uploads": [_told(standing) for standing in found]})
    response["Cache-Control"] = "no-store"
    return response


def _told(standing: Standing) -> dict[str, str]:
    url, label = standings.link(standing)
    return {
        "id": str(standing.upload.pk),
        "state": standing.code,
        "text": standings.sentence(standing),
        "url": url,
        "label": label,
        "thumb": standing.thumb,
    }
