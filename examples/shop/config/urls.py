from django.contrib import admin
from django.urls import include, path
from rest_framework.routers import DefaultRouter

from catalog import views as catalog
from orders import views as orders

router = DefaultRouter()
router.register("products", catalog.ProductViewSet)
router.register("orders", orders.OrderViewSet)

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/", include(router.urls)),
    path("health/", orders.health, name="health"),
    path("", catalog.ProductList.as_view(), name="product-list"),
    path("products/<int:pk>/", catalog.ProductDetail.as_view(), name="product-detail"),
]
