from flask import Blueprint

blueprint = Blueprint("analysts", __name__, url_prefix="/analyst")
