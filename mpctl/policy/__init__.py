"""Policies: from YAML files to desired state, with every problem at its place.

A file becomes text (`text`), the text placed values (`yaml_reader`, `yaml_builder`, `placed`),
these are held against a schema (`schema`, `checking`, `wording`) and become the configuration
(`configure`), rule sets (`rulesets`) and entities (`parts`, `desired`). That is done file by file
(`compiling`); `loading` does all of it, `sides` for two versions at once, and `lint` judges it.
`checkout` tells which commit the files are of.
"""

from mpctl.policy.checkout import Checkout, commit_of, enforce
from mpctl.policy.configuration import Configuration, Judgement, Lint, Manage, Target
from mpctl.policy.lint import Findings, judge
from mpctl.policy.loading import Repository, load, load_configuration, read_repository
from mpctl.policy.naming import wrong_name
from mpctl.policy.schema import read_schema
from mpctl.policy.sides import Sides, load_sides
from mpctl.policy.source import Source, SourceFile

__all__ = [
    "Checkout",
    "Configuration",
    "Findings",
    "Judgement",
    "Lint",
    "Manage",
    "Repository",
    "Sides",
    "Source",
    "SourceFile",
    "Target",
    "commit_of",
    "enforce",
    "judge",
    "load",
    "load_configuration",
    "load_sides",
    "read_repository",
    "read_schema",
    "wrong_name",
]
