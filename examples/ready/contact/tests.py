from unittest import mock

from django.test import TestCase

from .models import Message


class WriteTests(TestCase):
    def test_message_is_kept_and_delivered_later(self):
        with mock.patch("contact.views.deliver.delay") as delay, self.captureOnCommitCallbacks(execute=True):
            answer = self.client.post("/contact/", {"sender": "anna@example.org", "text": "Hello"})
        self.assertRedirects(answer, "/contact/thanks/")
        delay.assert_called_once_with(Message.objects.get().pk)

    def test_message_without_sender_is_refused(self):
        answer = self.client.post("/contact/", {"text": "Hello"})
        self.assertEqual(answer.status_code, 200)
        self.assertFalse(Message.objects.exists())
