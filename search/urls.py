"""The addresses of this house."""

from django.urls import path

from search.views import library

app_name = "search"
urlpatterns = [path("acervo/", library, name="library")]
