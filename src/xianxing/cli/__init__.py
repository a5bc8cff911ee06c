"""The command line. Importing it loads Django: its commands are made of registers, which exist only after that."""

import os

import django
from django.apps import apps

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xianxing.settings")
if not apps.ready:
    django.setup()
