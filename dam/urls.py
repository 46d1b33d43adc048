"""Every address of the product; one include per house."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path
from django.views.i18n import set_language

from dam.api.site import urls as operation_urls
from dam.models import User
from dam.views import (
    assets,
    collections,
    describing,
    health,
    home,
    operations,
    productions,
    reference,
    sharing,
    tokens,
    trash,
    uses,
)
from dam.views import bytes as bytes_views

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
asset_urls = [
    path("acervo/seleccion/produccion/", uses.use_selection, name="use_selection"),
    path("acervo/seleccion/coleccion/", uses.collect_selection, name="collect_selection"),
    path("acervo/seleccion/papelera/", trash.put_selection, name="trash_selection"),
    path("acervo/<str:code>/", assets.asset, name="asset"),
    path("acervo/<str:code>/ficha/", describing.describe, name="describe"),
    path("acervo/<str:code>/ficha/volver/", describing.take_back, name="take_back"),
    path("acervo/<str:code>/papelera/", trash.put, name="put_in_trash"),
    path("acervo/<str:code>/restaurar/", trash.restore, name="restore"),
    path("acervo/<str:code>/compartir/", sharing.share_asset, name="share_asset"),
    path("acervo/<str:code>/acceso/", sharing.access, name="access"),
    path("usos/<uuid:key>/quitar/", uses.stop_using, name="stop_using"),
    path("compartidos/<uuid:key>/terminar/", sharing.end_share, name="end_share"),
    path("papelera/", trash.trash_list, name="trash"),
    path("papelera/restaurar/", trash.restore_selection, name="restore_selection"),
]
production_urls = [
    path("producciones/", productions.production_list, name="productions"),
    path("producciones/nueva/", productions.create, name="create_production"),
    path("producciones/<uuid:key>/", productions.production, name="production"),
    path("producciones/<uuid:key>/editar/", productions.edit, name="edit_production"),
    path("producciones/<uuid:key>/estado/", productions.change_state, name="production_state"),
    path("producciones/<uuid:key>/compartir/", sharing.share_production, name="share_production"),
    path("producciones/<uuid:key>/quitar/", uses.stop_using_selection, name="stop_using_selection"),
]
collection_urls = [
    path("colecciones/", collections.collection_list, name="collections"),
    path("colecciones/<uuid:key>/", collections.collection, name="collection"),
    path("colecciones/<uuid:key>/editar/", collections.edit, name="edit_collection"),
    path("colecciones/<uuid:key>/borrar/", collections.delete, name="delete_collection"),
    path("colecciones/<uuid:key>/quitar/", collections.remove_selection, name="uncollect_selection"),
]
login = LoginView.as_view(
    template_name="dam/login.html",
    redirect_authenticated_user=True,
    extra_context={"anybody": User.objects.exists},
)
api_urls = [
    path("openapi.json", reference.openapi, name="openapi"),
    path("docs", reference.docs, name="docs"),
    path("problems/<slug:slug>", reference.problem, name="problem"),
    *operation_urls,
]
token_urls = [
    path("cuenta/claves/", tokens.token_list, name="tokens"),
    path("cuenta/claves/<uuid:key>/revocar/", tokens.revoke, name="revoke_token"),
]
dam_urls = (
    [
        path("", home.home, name="home"),
        path("entrar/", login, name="login"),
        path("salir/", LogoutView.as_view(), name="logout"),
        path("health/live", health.live, name="health_live"),
        path("health/ready", health.ready, name="health_ready"),
        path("metrics", health.prometheus, name="metrics"),
        path("operacion/", operations.operations, name="operations"),
        *byte_urls,
        *asset_urls,
        *production_urls,
        *collection_urls,
        *token_urls,
    ],
    "dam",
)

urlpatterns = [
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),
    path("api/v1/", include((api_urls, "api"))),
    path("", include(dam_urls)),
    path("", include("search.urls")),
    path("", include("transcode.urls")),
    path("", include("ingest.urls")),
]
