"""Addresses of what comes in: the tus server, and the pages of uploads, ingests and the quarantine."""

from django.urls import path

from ingest import tus
from ingest.views import batches, ingests, upload

app_name = "ingest"

urlpatterns = [
    path("subidas/", tus.collection, name="tus"),
    path("subidas/<uuid:upload_id>", tus.item, name="tus-upload"),
    path("subir/", upload.upload, name="upload"),
    path("subir/estado/", upload.status, name="status"),
    path("lotes/<uuid:key>/", batches.batch, name="batch"),
    path("ingresos/", ingests.ingest_list, name="ingests"),
    path("ingresos/<uuid:key>/reintentar/", ingests.retry, name="retry"),
    path("cuarentena/", ingests.quarantine, name="quarantine"),
]
