"""Every address of the product; one include per house."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path
from django.views.i18n import set_language

from dam.views import bytes as bytes_views
from dam.views import home

byte_urls = [
    path("bytes/v/<str:code>/original", bytes_views.original, name="original"),
    path("bytes/v/<str:code>/captions/<uuid:track_id>.vtt", bytes_views.caption_track, name="captions"),
    path("bytes/v/<str:code>/<slug:preset>/<path:path>", bytes_views.rendition_file, name="rendition_file"),
    path("descargas/zip/", bytes_views.zip_download, name="zip"),
    path("descargas/v/<str:code>/original", bytes_views.original_download, name="original_download"),
    path("descargas/v/<str:code>/archivos/<uuid:file_id>", bytes_views.file_download, name="file_download"),
    path(
        "descargas/v/<str:code>/<slug:preset>/<path:path>",
        bytes_views.rendition_download,
        name="rendition_download",
    ),
]

dam_urls = (
    [
        path("", home.home, name="home"),
        path(
            "entrar/",
            LoginView.as_view(template_name="dam/login.html", redirect_authenticated_user=True),
            name="login",
        ),
        path("salir/", LogoutView.as_view(), name="logout"),
        *byte_urls,
    ],
    "dam",
)

urlpatterns = [
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),
    path("", include(dam_urls)),
    path("", include("search.urls")),
    path("", include("transcode.urls")),
    path("", include("ingest.urls")),
]
