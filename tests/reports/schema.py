"""The part of JSON Schema that our schemas use, so that no test needs a package."""

import re

TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "null": type(None),
}


def problems(value, schema, root=None, path="$"):
    """What is wrong with `value`, a line each."""
    root = root or schema
    if "$ref" in schema:
        target = root
        for part in schema["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        return problems(value, target, root, path)
    if "oneOf" in schema:
        tried = [problems(value, one, root, path) for one in schema["oneOf"]]
        good = sum(not one for one in tried)
        return [] if good == 1 else [f"{path}: is {good} of the kinds it may be: {min(tried, key=len)}"]
    found = []
    kinds = schema.get("type")
    if kinds:
        kinds = [kinds] if isinstance(kinds, str) else kinds
        if not any(is_a(value, kind) for kind in kinds):
            return [f"{path}: {value!r} is not of {kinds}"]
    if "const" in schema and value != schema["const"]:
        found.append(f"{path}: {value!r} is not {schema['const']!r}")
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{path}: {value!r} is not one of {schema['enum']}")
    if "minimum" in schema and value < schema["minimum"]:
        found.append(f"{path}: {value!r} is less than {schema['minimum']}")
    if "pattern" in schema and not re.search(schema["pattern"], value):
        found.append(f"{path}: {value!r} is not like {schema['pattern']}")
    if isinstance(value, dict):
        found += of_object(value, schema, root, path)
    if isinstance(value, list) and "items" in schema:
        for i, item in enumerate(value):
            found += problems(item, schema["items"], root, f"{path}[{i}]")
    return found


def is_a(value, kind):
    if isinstance(value, bool) and kind in ("integer", "number"):
        return False
    return isinstance(value, TYPES[kind])


def of_object(value, schema, root, path):
    found = [f"{path}: lacks {key}" for key in schema.get("required", []) if key not in value]
    known = schema.get("properties", {})
    others = schema.get("additionalProperties", True)
    for key, inner in value.items():
        if key in known:
            found += problems(inner, known[key], root, f"{path}.{key}")
        elif others is False:
            found.append(f"{path}: {key} is not known")
        elif isinstance(others, dict):
            found += problems(inner, others, root, f"{path}.{key}")
    return found
