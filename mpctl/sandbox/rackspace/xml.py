"""Documents as XML (the Rackspace reference, sections 3 and 6.1)."""

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

PREFIXES: Mapping[str, str] = {
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xmlns:xsd": "http://www.w3.org/2001/XMLSchema",
}


def document_xml(root: str, document: Mapping[str, Any], *, item: str) -> bytes:
    """Return a document; each element of a list becomes an `item`."""
    element = Element(root, {**PREFIXES, "xmlns": f"urn:xml:{root}"})
    _fill(element, document, item)
    return _written(element)


def fault_xml(name: str, fault: Mapping[str, Any]) -> bytes:
    """Return an error."""
    element = Element(name, {"code": str(fault["code"])})
    _fill(element, {key: value for key, value in fault.items() if key != "code"}, "item")
    return _written(element)


def _fill(element: Element, value: Any, item: str) -> None:
    if isinstance(value, dict):
        for name, inner in value.items():
            _fill(SubElement(element, name), inner, item)
    elif isinstance(value, list):
        for inner in value:
            _fill(SubElement(element, item), inner, item)
    elif value not in (None, ""):
        element.text = str(value).lower() if isinstance(value, bool) else str(value)


def _written(element: Element) -> bytes:
    text: str = tostring(element, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}'.encode()
