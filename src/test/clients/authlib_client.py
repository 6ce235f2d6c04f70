"""Authlib, from Debian: a Flask app that signs people in, and sessions of requests for services."""

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import requests
from authlib.integrations.flask_client import OAuth
from authlib.integrations.requests_client import OAuth2Session
from authlib.jose import JsonWebKey, jwt
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from flask import Flask, jsonify, redirect, session, url_for
from werkzeug.serving import make_server

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
ISSUER, SECRET, PORT = os.environ["ISSUER"], os.environ["CLIENT_SECRET"], int(os.environ["FLASK_PORT"])
HOME = f"http://localhost:{PORT}"
HERE = Path(__file__).parent
FAILURES = []

# --8<-- Flask app
app = Flask("notes")
app.secret_key = SECRET
oauth = OAuth(app)
oauth.register(
    "gatehouse",
    client_id="web-app",
    client_secret=SECRET,
    server_metadata_url=f"{ISSUER}/.well-known/openid-configuration",
    client_kwargs={"scope": "openid profile offline_access notes:read", "code_challenge_method": "S256"},
)


@app.route("/login")
def login():
    return oauth.gatehouse.authorize_redirect(url_for("callback", _external=True))


@app.route("/callback")
def callback():
    token = oauth.gatehouse.authorize_access_token()
    session["who"] = token["userinfo"]["preferred_username"] if "preferred_username" in token["userinfo"] else None
    info = oauth.gatehouse.userinfo(token=token)
    return jsonify(sub=token["userinfo"]["sub"], info=info, token=token)


@app.route("/bye")
def bye():
    session.clear()
    return "bye"
# --8<-- end


def step(name):
    def run(work):
        try:
            result = work()
            print("ok", name)
            return result
        except Exception as failure:  # every failure is a line of the report
            print(f"FAIL {name}: {type(failure).__name__} {failure}"[:600])
            FAILURES.append(name)
            return None
    return run


def person(start):
    told = subprocess.run(["node", str(HERE / "lib" / "person.mjs"), start], capture_output=True, text=True, timeout=60)
    if told.returncode != 0:
        raise AssertionError(told.stderr[-400:])
    return json.loads(told.stdout)


server = make_server("localhost", PORT, app, threaded=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
metadata = requests.get(f"{ISSUER}/.well-known/openid-configuration", timeout=10).json()


@step("Flask: sign-in with PKCE and nonce, ID token and userinfo")
def signed_in():
    page = person(f"{HOME}/login")
    assert page["status"] == 200, page
    told = json.loads(page["text"])
    assert told["info"]["preferred_username"] == "alice", told
    assert told["info"]["sub"] == told["sub"], told
    return told["token"]


@step("Flask: refresh by the session itself")
def refreshed():
    worn = {**signed_in, "expires_at": int(time.time()) - 10}
    client = OAuth2Session("web-app", SECRET, token=worn, token_endpoint=metadata["token_endpoint"])
    answer = client.get(f"{ISSUER}/notes")
    assert answer.status_code == 200, answer.text
    assert client.token["refresh_token"] != worn["refresh_token"]


@step("service: client_credentials by Basic and by form")
def service():
    for method in ("client_secret_basic", "client_secret_post"):
        client = OAuth2Session("worker", SECRET, token_endpoint_auth_method=method)
        client.fetch_token(metadata["token_endpoint"], grant_type="client_credentials", scope="notes:read")
        assert client.get(f"{ISSUER}/notes").json()["client"] == "worker"


@step("service: private_key_jwt")
def private_key_jwt():
    key = JsonWebKey.import_key(json.loads(Path(os.environ["KEYS"], "bank.private.json").read_text()))
    client = OAuth2Session("signing-worker", key, token_endpoint_auth_method="private_key_jwt")
    client.register_client_auth_method(
        PrivateKeyJWT(metadata["issuer"], alg="ES256", headers={"kid": "bank-1"}))
    client.fetch_token(metadata["token_endpoint"], grant_type="client_credentials")


@step("service: introspection and revocation")
def introspection():
    client = OAuth2Session("worker", SECRET)
    token = client.fetch_token(metadata["token_endpoint"], grant_type="client_credentials")["access_token"]
    told = client.introspect_token(metadata["introspection_endpoint"], token=token).json()
    assert told["active"] is True, told
    assert client.revoke_token(metadata["revocation_endpoint"], token=token).status_code == 200
    assert client.introspect_token(metadata["introspection_endpoint"], token=token).json() == {"active": False}


@step("the access token verifies by Authlib's own JOSE")
def verifies():
    keys = JsonWebKey.import_key_set(requests.get(metadata["jwks_uri"], timeout=10).json())
    claims = jwt.decode(signed_in["access_token"], keys)
    claims.validate()
    assert claims["iss"] == ISSUER and claims["client_id"] == "web-app", claims


server.shutdown()
sys.exit(1 if FAILURES else 0)
