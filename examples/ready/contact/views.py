from django.db import transaction
from django.shortcuts import redirect, render

from .forms import MessageForm
from .tasks import deliver


def write(request):
    form = MessageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        message = form.save()
        transaction.on_commit(lambda: deliver.delay(message.pk))
        return redirect("thanks")
    return render(request, "contact/write.html", {"form": form})


def thanks(request):
    return render(request, "contact/thanks.html")
