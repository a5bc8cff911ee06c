"""Addresses of the whole product."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/", include("xianxing.api.urls")),
    path("", include("xianxing.pages.urls")),
]
handler400 = "xianxing.pages.errors.bad_request"
handler403 = "xianxing.pages.errors.forbidden"
handler404 = "xianxing.pages.errors.not_found"
handler500 = "xianxing.pages.errors.server_error"
