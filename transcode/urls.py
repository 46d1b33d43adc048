"""The addresses of this house."""

from django.urls import path

from transcode.views import jobs, live, pieces, presets

app_name = "transcode"
urlpatterns = [
    path("trabajos/", jobs.job_list, name="jobs"),
    path("trabajos/<uuid:job_id>/estado/", jobs.job_state, name="job_state"),
    path("trabajos/<uuid:job_id>/cancelar/", jobs.stop, name="stop"),
    path("trabajos/<uuid:job_id>/reintentar/", jobs.retry, name="retry"),
    path("trabajos/<uuid:job_id>/avance/", pieces.making, name="making"),
    path("escenario/<str:code>/", pieces.stage, name="stage"),
    path("formatos/<str:code>/", pieces.formats, name="formats"),
    path("formatos/<str:code>/<slug:preset>/", jobs.ask, name="ask"),
    path("formatos-estandar/", presets.preset_list, name="presets"),
    path("formatos-estandar/<slug:slug>/", presets.preset, name="preset"),
    path("en-vivo/<uuid:job_id>/<path:path>", live.live_file, name="live"),
]
