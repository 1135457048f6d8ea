"""Makes Django's settings of each module on standard input (a JSON list of texts) and prints for each whether Django refuses to start."""
import json
import sys
import types

from django.conf import Settings

answers = []
for text in json.load(sys.stdin):
    module = types.ModuleType("asked")
    exec(text, module.__dict__)
    sys.modules["asked"] = module
    try:
        Settings("asked")
        answers.append(False)
    except Exception:
        answers.append(True)
json.dump(answers, sys.stdout)
