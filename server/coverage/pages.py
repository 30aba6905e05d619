from flask import Blueprint

pages = Blueprint("coverage_pages", __name__)
