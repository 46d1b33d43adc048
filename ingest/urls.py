"""Addresses of what comes in: the tus server, and the pages of uploads, batches, ingests and the quarantine."""

from django.urls import path

from ingest import tus
from ingest.views import batches, ingests, quarantine, status, upload

app_name = "ingest"

urlpatterns = [
    path("subidas/", tus.collection, name="tus"),
    path("subidas/<uuid:upload_id>", tus.item, name="tus-upload"),
    path("subir/", upload.upload, name="upload"),
    path("subir/estado/", status.status, name="status"),
    path("lotes/<uuid:key>/", batches.batch, name="batch"),
    path("ingresos/", ingests.ingest_list, name="ingests"),
    path("ingresos/reintentar/", ingests.retry_all, name="retry_all"),
    path("ingresos/<uuid:key>/reintentar/", ingests.retry, name="retry"),
    path("cuarentena/", quarantine.quarantine, name="quarantine"),
    path("descargas/cuarentena/<uuid:key>", quarantine.download, name="quarantine_download"),
]
