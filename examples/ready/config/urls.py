from django.contrib import admin
from django.urls import include, path
from django_otp.admin import OTPAdminSite
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import SimpleRouter

from catalog import views as catalog
from contact import views as contact

from . import health

admin.site.__class__ = OTPAdminSite

router = SimpleRouter()
router.register("products", catalog.ProductViewSet)

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/v1/", include((router.urls, "api"), namespace="v1")),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("health/live/", health.live),
    path("health/ready/", health.ready),
    path("contact/", contact.write, name="contact"),
    path("contact/thanks/", contact.thanks, name="thanks"),
    path("", catalog.ProductList.as_view(), name="products"),
]
