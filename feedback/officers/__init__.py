from flask import Blueprint

blueprint = Blueprint("officers", __name__, url_prefix="/officer")
