from flask import Blueprint

blueprint = Blueprint("residents", __name__)
