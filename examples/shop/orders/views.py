from django.http import JsonResponse
from rest_framework import viewsets

from .models import Order
from .serializers import OrderSerializer
from .tasks import send_confirmation


def health(request):
    return JsonResponse({"status": "ok"})


class OrderViewSet(viewsets.ModelViewSet):
    queryset = Order.objects.order_by("id")
    serializer_class = OrderSerializer

    def perform_create(self, serializer):
        order = serializer.save(customer=self.request.user)
        send_confirmation.delay(order.pk)
