from django.db import models
from django.db.models import Q


class Message(models.Model):
    sender = models.EmailField()
    text = models.TextField(max_length=4000)
    written = models.DateTimeField(auto_now_add=True)
    delivered = models.DateTimeField(null=True, editable=False)

    class Meta:
        indexes = [models.Index(fields=["written"], name="message_waiting", condition=Q(delivered=None))]

    def __str__(self):
        return f"Message {self.pk}"
