"""The WSGI application that the server runs."""

import os

from django.core.wsgi import get_wsgi_application

from xianxing.kernel.busy import wait_as_people_do

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xianxing.settings")
application = get_wsgi_application()
wait_as_people_do()
