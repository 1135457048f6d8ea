from datetime import timedelta

from celery import shared_task
from django.core.mail import send_mail
from django.utils import timezone

from .models import Order


@shared_task
def send_confirmation(order_id):
    order = Order.objects.select_related("customer").get(pk=order_id)
    send_mail(
        f"Your order {order.pk}",
        "Thank you for your order.",
        None,
        [order.customer.email],
    )


@shared_task
def expire_carts():
    limit = timezone.now() - timedelta(days=1)
    Order.objects.filter(paid=False, created__lt=limit).delete()
