import logging
from datetime import timedelta
from smtplib import SMTPException

from celery import shared_task
from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone

from .models import Message

logger = logging.getLogger(__name__)


@shared_task(autoretry_for=(SMTPException, OSError), retry_backoff=True, retry_backoff_max=300, max_retries=5)
def deliver(message_id):
    # A message that another run takes meanwhile is not taken twice.
    taken = Message.objects.filter(pk=message_id, delivered=None).update(delivered=timezone.now())
    if not taken:
        return
    message = Message.objects.get(pk=message_id)
    try:
        EmailMessage("A message to the shop", message.text, None, [settings.DEFAULT_FROM_EMAIL], reply_to=[message.sender]).send()
    except (SMTPException, OSError):
        Message.objects.filter(pk=message_id).update(delivered=None)
        raise
    logger.info("message delivered", extra={"message_id": message_id})


@shared_task
def deliver_waiting():
    before = timezone.now() - timedelta(minutes=10)
    for pk in Message.objects.filter(delivered=None, written__lt=before).values_list("pk", flat=True)[:100]:
        deliver.delay(pk)
