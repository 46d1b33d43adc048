"""Addresses of what comes in: the tus server, and the pages of uploads, ingests and the quarantine."""

from django.urls import path

from ingest import tus

app_name = "ingest"

urlpatterns = [
    path("subidas/", tus.collection, name="tus"),
    path("subidas/<uuid:upload_id>", tus.item, name="tus-upload"),
]
