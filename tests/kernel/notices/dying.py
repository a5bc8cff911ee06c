"""A sender that is killed after something went out and before that is marked.

``python dying.py HOME DATABASE MOMENT MAILPORT HOST`` sends what is due at the moment and dies by SIGKILL where it
would mark the first delivery as sent.
"""

import os
import signal
import sys
from datetime import datetime
from typing import Any


def main(home: str, database: str, moment: str, mail_port: str, host: str) -> None:
    """Set the product up as the test has it, and send."""
    os.environ["XIANXING_HOME"] = home
    import django  # noqa: PLC0415 - the home is chosen before the settings load
    from django.conf import settings  # noqa: PLC0415

    settings.DATABASES["default"]["NAME"] = database
    settings.INSTALLED_APPS.append("tests.example")
    settings.MAIL_SET_UP, settings.EMAIL_BACKEND = True, "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(mail_port)
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.WEBHOOK_HOSTS = settings.WEBHOOK_PRIVATE = frozenset((host,))
    settings.BASE_URL = "https://zone.example"
    django.setup()
    from xianxing.kernel import clock  # noqa: PLC0415
    from xianxing.kernel.notices import outbox, sending  # noqa: PLC0415

    settle, at = outbox.settle, datetime.fromisoformat(moment)

    def die(deliveries: Any, state: str, *rest: Any, **values: Any) -> None:
        if state == "sent":
            os.kill(os.getpid(), signal.SIGKILL)
        settle(deliveries, state, *rest, **values)

    outbox.settle = die
    clock.instant = lambda: at
    sending.send(clock.instant)


if __name__ == "__main__":
    main(*sys.argv[1:])
