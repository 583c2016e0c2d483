"""The CloudEvents SDK: one event structured, one binary, one of an unknown type."""

import datetime
import os
import urllib.error
import urllib.request

from cloudevents.conversion import to_binary, to_structured
from cloudevents.http import CloudEvent

URL = f"http://127.0.0.1:{os.environ['HTTP']}/events"


def send(number, way, kind="rinnakkain.social.v1.CaseOpened"):
    attributes = {
        "type": kind,
        "source": "sosiaali",
        "id": f"sdk-{number}",
        "time": datetime.datetime.now(datetime.timezone.utc).isoformat(),
    }
    client = {"identifiers": [{"system": "urn:oid:1.2.246.21", "value": "010594Y9032"}]}
    headers, body = way(CloudEvent(attributes, {"register": "social", "client": client, "case": f"sdk-{number}"}))
    headers["Authorization"] = f"Bearer {os.environ['SOCIAL_TOKEN']}"
    if not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = "application/json"
    request = urllib.request.Request(URL, data=body, headers=headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def main():
    for number, (way, kind, wanted) in enumerate([
        (to_structured, "rinnakkain.social.v1.CaseOpened", 200),
        (to_binary, "rinnakkain.social.v1.CaseOpened", 200),
        (to_structured, "rinnakkain.social.v1.NoSuchType", 422),
    ]):
        status, body = send(number, way, kind)
        if status != wanted or (wanted == 422 and "GET /schemas" not in body):
            raise SystemExit(f"{way.__name__} {kind}: {status} {body}")
    print("structured and binary are stored, an unknown type is told which exist")


main()
