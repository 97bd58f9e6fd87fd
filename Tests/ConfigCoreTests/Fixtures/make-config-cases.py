#!/usr/bin/env python3
"""Turns the recorded MMCV config cases into `config_cases.json`, with every config file as JSON text.

Usage: make-config-cases.py config_parse.json > config_cases.json
"""
import json
import sys


def namespace(text):
    names = {}
    exec(text, names)  # the recorded files hold literals and dict(...) calls only
    return {k: v for k, v in names.items() if not k.startswith("__")}


def as_json_name(value):
    if isinstance(value, list):
        return [as_json_name(v) for v in value]
    return value.replace(".py", ".json")


def tuples(value, pointer=""):
    found = [pointer] if isinstance(value, tuple) else []
    items = value.items() if isinstance(value, dict) else (
        enumerate(value) if isinstance(value, (list, tuple)) else [])
    for key, inner in items:
        found += tuples(inner, f"{pointer}/{key}")
    return found


def convert(case):
    given, expected = case["input"], case["expected"]
    files, paths = {}, []
    for name, text in given["files"].items():
        entries = json.loads(text) if name.endswith(".json") else namespace(text)
        if "_base_" in entries:
            entries["_base_"] = as_json_name(entries["_base_"])
        elif name == given["main"]:
            paths = tuples(entries)
        files[as_json_name(name)] = json.dumps(entries)
    for pointer in expected.get("nonfinite", []):
        key = pointer[1:]
        expected["cfg"][key] = float(expected["cfg"][key])
    result = {"name": case["name"], "files": files, "main": as_json_name(given["main"])}
    if "options" in given:
        result.update(options=given["options"], file_tuples=paths)
    if "error" in expected:
        result["error"] = expected["error"]["message"]
    else:
        result["expected"] = expected["cfg"]
        if "options" in given:
            result["tuples"] = expected.get("tuples", [])
    return result


def usable(case):
    group = case["name"].split("/")[0]
    return group in ("base", "cli", "value") and "ours" not in case \
        and case["name"] != "base/base_variable_not_visible"


cases = [convert(c) for c in json.load(open(sys.argv[1]))["cases"] if usable(c)]
print('{"source": "MMCV 1.7.2 Config.fromfile and merge_from_dict", "cases": [')
print(",\n".join(json.dumps(c) for c in cases))
print("]}")
