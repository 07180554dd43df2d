"""mpctl keeps email-security rules in Git and reconciles them with the live service."""

__version__ = "0.1.0"
