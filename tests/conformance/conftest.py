"""Asserts outside of test modules speak as clearly as those inside."""

import pytest

pytest.register_assert_rewrite("tests.conformance.moving", "tests.conformance.running")
