from django.views.generic import ListView
from rest_framework import permissions, viewsets

from .models import Product
from .serializers import ProductSerializer


class ProductList(ListView):
    queryset = Product.objects.select_related("category")
    paginate_by = 50
    template_name = "catalog/product_list.html"


class ProductViewSet(viewsets.ReadOnlyModelViewSet):
    queryset = Product.objects.select_related("category")
    serializer_class = ProductSerializer
    permission_classes = [permissions.AllowAny]
