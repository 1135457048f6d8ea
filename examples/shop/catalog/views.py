from django.views.generic import DetailView, ListView
from rest_framework import viewsets

from .models import Product
from .serializers import ProductSerializer


class ProductList(ListView):
    queryset = Product.objects.all()
    template_name = "catalog/product_list.html"


class ProductDetail(DetailView):
    model = Product
    template_name = "catalog/product_detail.html"


class ProductViewSet(viewsets.ReadOnlyModelViewSet):
    queryset = Product.objects.order_by("id")
    serializer_class = ProductSerializer
