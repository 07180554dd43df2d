"""Where keys come from; looked up only for targets that a run touches."""

from mpctl.credentials.environment import api_key, base_url

__all__ = ["api_key", "base_url"]
