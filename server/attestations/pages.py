from flask import Blueprint

pages = Blueprint("attestation_pages", __name__)
