"""The application object for gunicorn: `gunicorn wsgi:app`."""

import sys

from feedback import create_app
from feedback.config import SettingsError

try:
    app = create_app()
except SettingsError as fault:
    sys.exit(f"{fault}")
