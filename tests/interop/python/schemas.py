"""jsonschema: every schema that is served is a schema, and every sample fits its own."""

import glob
import json
import os
import urllib.request

from jsonschema import Draft202012Validator

HTTP = f"http://127.0.0.1:{os.environ['HTTP']}"


def get(path):
    with urllib.request.urlopen(HTTP + path, timeout=30) as answer:
        return json.load(answer)


def main():
    index = get("/schemas")
    envelope = Draft202012Validator(get(index["envelope"]))
    Draft202012Validator.check_schema(envelope.schema)
    data = {}
    for known in index["types"]:
        schema = get(known["schema"])
        Draft202012Validator.check_schema(schema)
        data[known["type"]] = Draft202012Validator(schema)
    samples = [path for path in glob.glob(os.environ["MESSAGES"] + "/social/*.json") if "/rejected-" not in path]
    for path in samples:
        with open(path, encoding="utf-8") as file:
            event = json.load(file)
        envelope.validate(event)
        data[event["type"]].validate(event["data"])
    print(f"{len(data) + 1} schemas compile, {len(samples)} samples fit")


main()
