"""Every address of the product; one include per house."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path
from django.views.i18n import set_language

from dam.views import home

dam_urls = (
    [
        path("", home.home, name="home"),
        path(
            "entrar/",
            LoginView.as_view(template_name="dam/login.html", redirect_authenticated_user=True),
            name="login",
        ),
        path("salir/", LogoutView.as_view(), name="logout"),
    ],
    "dam",
)

urlpatterns = [
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),
    path("", include(dam_urls)),
    path("", include("ingest.urls")),
]
