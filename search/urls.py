"""The addresses of this house."""

from django.urls import path

from search.views import index_state, library

app_name = "search"
urlpatterns = [
    path("acervo/", library, name="library"),
    path("indice/", index_state, name="index"),
]
